"""The Kafka and MongoDB that tests run on: given ones, else containers, else local processes."""

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
from docker.errors import DockerException, ImageNotFound
from pymongo import MongoClient
from testcontainers.community.kafka import KafkaContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from shared.local.servers import Servers

KAFKA_IMAGE = "confluentinc/cp-kafka:8.1.0"
MONGO_IMAGE = "mongo:7.0"
MONGO_PORT = 27017
KAFKA_SETTINGS = {
    "KAFKA_MESSAGE_MAX_BYTES": "4194304",
    "KAFKA_LOG_RETENTION_MS": "-1",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1",
    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "6000",
}


@contextlib.contextmanager
def addresses() -> Iterator[tuple[str, str]]:
    """The bootstrap address and the URI, good until the end of the block."""
    given = os.environ.get("REDRESS_KAFKA", ""), os.environ.get("REDRESS_MONGO", "")
    if all(given):
        yield given
        return
    with _containers() if _docker_has_images() else _local() as found:
        yield found


def _docker_has_images() -> bool:
    """Whether Docker answers and holds, or can pull, both images."""
    if not _docker_listens():
        return False
    try:
        with contextlib.closing(docker.from_env()) as client:
            client.ping()
            for image in KAFKA_IMAGE, MONGO_IMAGE:
                try:
                    client.images.get(image)
                except ImageNotFound:
                    client.images.pull(image)
    except DockerException:
        return False
    return True


def _docker_listens() -> bool:
    """Whether anybody answers where Docker should be; its client leaks a socket when not."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        return True
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(host.removeprefix("unix://")) == 0


@contextlib.contextmanager
def _containers() -> Iterator[tuple[str, str]]:
    testcontainers_config.ryuk_disabled = True  # the blocks below remove the containers
    kafka = KafkaContainer(KAFKA_IMAGE).with_kraft()
    for name, value in KAFKA_SETTINGS.items():
        kafka.with_env(name, value)
    mongo = DockerContainer(MONGO_IMAGE).with_exposed_ports(MONGO_PORT)
    mongo.with_command("mongod --replSet rs0 --bind_ip_all")
    mongo.waiting_for(LogMessageWaitStrategy("Waiting for connections"))
    with kafka, mongo:
        host, port = mongo.get_container_host_ip(), mongo.get_exposed_port(MONGO_PORT)
        uri = f"mongodb://{host}:{port}/?directConnection=true"
        _initiate(uri)
        yield kafka.get_bootstrap_server(), uri


def _initiate(uri: str) -> None:
    """Make a replica set of the one node, under the name that it has for itself."""
    members = [{"_id": 0, "host": f"127.0.0.1:{MONGO_PORT}"}]
    with MongoClient(uri) as client:
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        while not client.admin.command("hello")["isWritablePrimary"]:
            time.sleep(0.05)


@contextlib.contextmanager
def _local() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder)) as servers:
        yield servers.kafka, servers.mongo
