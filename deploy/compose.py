"""Everything on one machine with Docker: Kafka, MongoDB, the sandbox exchange and all services."""

from __future__ import annotations

from typing import Any

from deploy.disk import LEDGER
from deploy.workloads import IMAGE, PORT
from shared.local.layout import ROWS, SUPPORT, Row
from shared.local.layout import nodes as sources
from shared.pipeline import SERVICES

# People without a registry of their own pull these two; the services' image is built here.
KAFKA, MONGO = "apache/kafka:4.2.0", "mongo:7.0"
SECRETS = "secrets.env"
ANY_INSIDE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"  # only the gateway has a port outside
SET = """\
import pymongo
with pymongo.MongoClient("mongodb://mongo/?directConnection=true") as client:
    try:
        members = [{"_id": 0, "host": "mongo:27017"}]
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
    except pymongo.errors.OperationFailure as error:
        if error.codeName != "AlreadyInitialized":
            raise
"""
TOLD = {
    "REDRESS_KAFKA": "kafka:9092",
    "REDRESS_MONGO": "mongodb://mongo/?replicaSet=rs0",
    "REDRESS_PUBLIC_URL": f"http://localhost:{PORT}",
    "REDRESS_EXCHANGE_URL": f"http://sandbox:{PORT}",
    **sources(f"http://sandbox:{PORT}"),
    "REDRESS_MAIL_FROM": SUPPORT,
    "REDRESS_MAIL_ADDRESSES": SUPPORT,
    "REDRESS_TRUSTED_PROXIES": ANY_INSIDE,
    "REDRESS_INSTALLATION": "compose",
    "REDRESS_LEDGER": LEDGER,
    "REDRESS_POLICY": "${REDRESS_POLICY:-default}",
}


def compose() -> dict[str, Any]:
    """The whole file."""
    return {
        "services": {
            "kafka": _kafka(),
            "mongo": {
                "image": MONGO,
                "command": ["mongod", "--replSet", "rs0", "--bind_ip_all"],
                "volumes": ["mongo:/data/db"],
                "restart": "unless-stopped",
            },
            "mongo-set": {**_ours(["python", "-c", SET]), "depends_on": ["mongo"]},
            "topics": {
                **_ours(["redress", "topics", "create"]),
                "depends_on": {"kafka": {"condition": "service_healthy"}},
            },
            **{row.name: _service(row) for row in ROWS},
        },
        "volumes": {"kafka": {}, "mongo": {}, "ledger": {}},
    }


def _kafka() -> dict[str, Any]:
    """One node that is broker and controller."""
    settings = {
        "NODE_ID": "1",
        "PROCESS_ROLES": "broker,controller",
        "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "ADVERTISED_LISTENERS": "PLAINTEXT://kafka:9092",
        "LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "LOG_DIRS": "/var/lib/kafka/data",
        "LOG_RETENTION_MS": "-1",
        "MESSAGE_MAX_BYTES": "4194304",
        "AUTO_CREATE_TOPICS_ENABLE": "false",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "GROUP_MIN_SESSION_TIMEOUT_MS": "6000",
    }
    return {
        "image": KAFKA,
        "environment": {f"KAFKA_{name}": value for name, value in settings.items()},
        "volumes": ["kafka:/var/lib/kafka/data"],
        "healthcheck": {
            "test": ["CMD", "bash", "-c", "</dev/tcp/localhost/9092"],
            "interval": "2s",
            "retries": 30,
        },
        "restart": "unless-stopped",
    }


def _ours(entrypoint: list[str] | None = None) -> dict[str, Any]:
    """A container of the one image, which may write /tmp alone; what runs once is tried again."""
    return {
        "image": IMAGE,
        "build": {"context": "..", "dockerfile": "deploy/Dockerfile"},
        "environment": TOLD,
        "env_file": [SECRETS],
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - inside the container
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "restart": "on-failure" if entrypoint else "unless-stopped",
        **({"entrypoint": entrypoint, "command": []} if entrypoint else {}),
    }


def _service(row: Row) -> dict[str, Any]:
    made = {**_ours(), "command": [row.serves, "--lane", row.lane]}
    if row.name == "gateway":
        urls = {f"REDRESS_{name.upper()}_URL": f"http://{name}:{PORT}" for name in SERVICES}
        made["environment"] = {**TOLD, **urls}
        made["ports"] = [f"127.0.0.1:{PORT}:{PORT}"]
    if row.name == "ledger":
        made["volumes"] = [f"ledger:{LEDGER}"]
    return made
