"""A Kafka as production has it: TLS, SCRAM, and the rights of the manifests for each process."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.kafka import kafka_users
from deploy.manifests import units
from shared.local import kafka
from shared.local.children import run
from shared.local.install import installed
from shared.local.places import cache_dir
from shared.local.ports import LOOPBACK, Ports
from shared.local.servers import Servers

# Who comes by the listener in the clear made the cluster: Strimzi's operators, here the test.
SETTINGS = """
listeners=PLAINTEXT://127.0.0.1:${{port}},CONTROLLER://127.0.0.1:${{controller}},GUARDED://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_SSL
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.guarded.scram-sha-512.sasl.jaas.config={login} required;
listener.name.guarded.ssl.keystore.type=PEM
listener.name.guarded.ssl.keystore.location={keystore}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
"""
LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule"
KINDS = {"topic": 2, "group": 3}
PATTERNS = {"literal": 3, "prefix": 4}
OPERATIONS = {"Read": 3, "Write": 4, "Describe": 8}
ALLOW = 3


class Guarded:
    """The servers, who may sign in, and how they are told."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self.folder = folder
        self.ports = ports
        self.users = {u["metadata"]["name"]: u["spec"] for u in kafka_users(units())}
        self.port = ports.hold("guarded")
        self.keystore = _certificate(folder)
        settings = SETTINGS.format(port=self.port, keystore=self.keystore, login=LOGIN)
        self._format(settings)
        self.servers = Servers(folder, ports=ports, kafka_settings=settings)

    def told(self, user: str) -> dict[str, str]:
        """The environment of a process that signs in as this user."""
        return {
            "REDRESS_KAFKA": f"{LOOPBACK}:{self.port}",
            "REDRESS_KAFKA_SECURITY": "sasl_ssl",
            "REDRESS_KAFKA_CA": str(self.keystore.with_name("ca.crt")),
            "REDRESS_KAFKA_USER": user,
            "REDRESS_KAFKA_PASSWORD": password(user),
        }

    async def grant(self) -> None:
        """The rights of the manifests, as Strimzi would put them into the cluster."""
        wanted = [
            request
            for user, spec in self.users.items()
            for acl in spec["authorization"]["acls"]
            for request in _requests(user, acl)
        ]
        admin = AIOKafkaAdminClient(bootstrap_servers=self.servers.kafka)
        await admin.start()
        try:
            for request in wanted:
                answer = await admin._send_request(request)  # noqa: SLF001 - it has no call for rights
                assert [code for code, _ in answer.creation_responses] == [0]
        finally:
            await admin.close()

    def _format(self, settings: str) -> None:
        """A cluster's first users come with its format."""
        place, home = installed(cache_dir()), self.folder / "kafka"
        file = kafka._write_settings(home, self.ports, settings)  # noqa: SLF001 - the same file that it starts with
        users = [f"SCRAM-SHA-512=[name={u},password={password(u)}]" for u in self.users]
        scram = [word for user in users for word in ("--add-scram", user)]
        tool = ("kafka.tools.StorageTool", "format", "-t", kafka.CLUSTER, "-c", str(file), *scram)
        log = self.folder / "format.log"
        assert run(kafka._java(place, home, log, *tool)) == 0, log.read_text()  # noqa: SLF001 - the same Java


@contextmanager
def guarded(folder: Path) -> Iterator[Guarded]:
    """The servers, running."""
    with Ports(folder / "ports.json") as ports:
        found = Guarded(folder, ports)
        with found.servers:
            yield found


def password(user: str) -> str:
    """Of a user of the test."""
    return f"{user}-knocks-twice"


def _requests(user: str, acl: dict[str, Any]) -> list[CreateAclsRequest]:
    resource = acl["resource"]
    where = KINDS[resource["type"]], resource["name"], PATTERNS[resource["patternType"]]
    who = f"User:{user}", "*"
    return [CreateAclsRequest(*where, *who, OPERATIONS[o], ALLOW) for o in acl["operations"]]


def _certificate(folder: Path) -> Path:
    """A key and a certificate for the loopback, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka of a test")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address(LOOPBACK))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    ).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.crt").write_bytes(made)
    (folder / "keystore.pem").write_bytes(private + made)
    return folder / "keystore.pem"
