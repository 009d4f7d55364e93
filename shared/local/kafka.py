"""Kafka in KRaft mode on the packaged JRE: its command, its first run, whether it answers."""

import shutil
import socket
import string
import struct
import time
from pathlib import Path

from shared.errors import UsageError
from shared.local.children import Program, run, spawn
from shared.local.folders import built
from shared.local.logs import last_words
from shared.local.places import Installed
from shared.local.ports import LOOPBACK, Ports

PROPERTIES = Path(__file__).with_name("server.properties")
CLUSTER = "redress-local-cluster0"  # 22 characters of base64url: 16 bytes
AOT_CACHE = "kafka.aot"
FLAGS = (
    *("-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"),
    *("-Xlog:disable", "--sun-misc-unsafe-memory-access=allow"),
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
)
METADATA = struct.pack(">ihhihi", 14, 3, 1, 1, -1, 0)  # a Metadata v1 request that names no topic
BROKERS = struct.Struct(">iii")  # how its answer begins: length, number of the request, brokers
START_SECONDS = 60.0


def program(place: Installed, folder: Path, log: Path, ports: Ports, more: str = "") -> Program:
    """Kafka with its data in `folder`, which is a copy of the formatted template at first.

    `more` are lines on top of its properties; `${port}` and `${controller}` stand for its ports.
    """
    if not (folder / "data").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with built(folder / "data") as new:
            shutil.copytree(place.kafka / "template", new, dirs_exist_ok=True)
    cache = place.kafka / AOT_CACHE
    flags = (f"-XX:AOTCache={cache}",) if cache.exists() else ()
    settings = _write_settings(folder, ports, more)
    return _java(place, folder, log, *flags, "kafka.Kafka", str(settings))


def answers(port: int) -> bool:
    """Whether the broker on `port` takes requests and counts itself among the living."""
    try:
        with socket.create_connection((LOOPBACK, port), 1.0) as connection:
            connection.settimeout(1.0)
            connection.sendall(METADATA)
            answer = connection.recv(BROKERS.size, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == BROKERS.size and BROKERS.unpack(answer)[2] > 0


def train(place: Installed) -> None:
    """Make the formatted template and, by one short run, the AOT cache that halves the start."""
    folder, log = place.kafka / "training", place.kafka.parent.parent / "kafka-training.log"
    with Ports(folder / "ports.json") as ports:
        settings = _write_settings(folder, ports)
        tool = "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(settings)
        if run(_java(place, folder, log, *tool)):
            raise UsageError(f"Kafka could not be prepared: {last_words(log)}; see {log}")
        shutil.copytree(folder / "data", place.kafka / "template")
        flag = f"-XX:AOTCacheOutput={place.kafka / AOT_CACHE}"
        _short_run(_java(place, folder, log, flag, "kafka.Kafka", str(settings)), ports)
    shutil.rmtree(folder)


def _short_run(kafka: Program, ports: Ports) -> None:
    child = spawn(kafka)
    deadline = time.monotonic() + START_SECONDS
    try:
        while child.poll() is None and not answers(ports.hold("kafka")):
            if time.monotonic() > deadline:
                raise UsageError(f"Kafka did not start in {START_SECONDS:.0f} s: see {kafka.log}")
            time.sleep(0.1)
        child.terminate()
        child.wait(START_SECONDS)
    finally:
        child.kill()
        child.wait()


def _write_settings(folder: Path, ports: Ports, more: str = "") -> Path:
    template = string.Template(PROPERTIES.read_text(encoding="utf-8") + more)
    settings = folder / "server.properties"
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    values = {"port": ports.hold("kafka"), "controller": ports.hold("kafka controller")}
    settings.write_text(template.substitute(values, data=folder / "data"), encoding="utf-8")
    return settings


def _java(place: Installed, folder: Path, log: Path, *arguments: str) -> Program:
    temporary = f"-Djava.io.tmpdir={folder / 'tmp'}"
    command = str(place.java), *FLAGS, temporary, "-cp", place.classpath, *arguments
    return Program("kafka", command, log)
