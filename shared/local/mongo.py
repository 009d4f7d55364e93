"""mongod as a replica set of one node: its command, its configuration, whether it is primary."""

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.local.children import Program
from shared.local.places import Installed
from shared.local.ports import LOOPBACK

SET = "rs0"
NOT_YET_INITIALIZED = 94


def program(place: Installed, folder: Path, log: Path, port: int) -> Program:
    """Mongod with its data in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    command = (
        *(str(place.mongod), "--dbpath", str(folder), "--replSet", SET),
        *("--bind_ip", LOOPBACK, "--port", str(port), "--nounixsocket"),
        *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"),
    )
    return Program("mongo", command, log)


def address(port: int) -> str:
    """The URI that clients take."""
    return f"mongodb://{LOOPBACK}:{port}/?replicaSet={SET}"


def primary(port: int) -> bool:
    """Whether mongod takes writes; makes or mends the set's configuration where it must."""
    client: MongoClient[dict[str, Any]]
    with MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=300) as client:
        try:
            hello = client.admin.command("hello")
            if not hello.get("isWritablePrimary"):
                _configure(client, f"{LOOPBACK}:{port}")
        except PyMongoError:
            return False
        return bool(hello.get("isWritablePrimary"))


def _configure(client: MongoClient[dict[str, Any]], member: str) -> None:
    """Make the set, or give its one member the port that it has now."""
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        members = [{"_id": 0, "host": member}]
        client.admin.command("replSetInitiate", {"_id": SET, "members": members})
        return
    if config["members"][0]["host"] != member:
        config["members"][0]["host"] = member
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
