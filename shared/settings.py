"""All settings, from the environment alone (prefix REDRESS_); the defaults are the safe ones."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVER = r"(\[[0-9a-fA-F:]+\]|[^\s:,/]+)(:\d{1,5})?"
SERVERS = rf"^{SERVER}(,{SERVER})*$"
DATABASE = r"^[A-Za-z0-9_-]{1,63}$"
HTTP = r"^https?://"
MONGODB = ("mongodb://", "mongodb+srv://")
TOKEN_KEY_BYTES = 32


class Settings(BaseSettings):
    """What an installation may choose; durations in seconds."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", frozen=True, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", description="address the HTTP server listens on")
    port: int = Field(8000, ge=0, le=65535, description="port the HTTP server listens on")
    kafka: str = Field(
        "127.0.0.1:9092", pattern=SERVERS, description="bootstrap servers, comma separated"
    )
    kafka_security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = Field(
        "plaintext", description="how Kafka is spoken to"
    )
    kafka_sasl: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = Field(
        "SCRAM-SHA-512", description="how the user signs in to Kafka, with sasl_…"
    )
    kafka_user: str = Field("", description="who signs in to Kafka")
    kafka_password: SecretStr = Field(SecretStr(""), description="that user's password")
    kafka_ca: str = Field(
        "", description="PEM file of who signed Kafka's certificate; empty: the system's"
    )
    mongo: SecretStr = Field(
        SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        description="MongoDB connection string; a replica set",
    )
    mongo_driver: Literal["motor", "pymongo"] = Field(
        "motor", description="the driver behind the store"
    )
    database: str = Field(
        "redress", pattern=DATABASE, description="database of the stages' collections"
    )
    keys_database: str = Field(
        "redress_keys", pattern=DATABASE, description="database of the complaints' keys"
    )
    public_url: str = Field(
        "http://127.0.0.1:8000",
        pattern=HTTP,
        description="the one origin that routes every service",
    )
    exchange_url: str = Field(
        "http://127.0.0.1:8100", pattern=HTTP, description="the exchange's internal API"
    )
    exchange_token: SecretStr = Field(SecretStr(""), description="bearer for the exchange's API")
    esplora_url: str = Field(
        "http://127.0.0.1:8100/esplora",
        description="Esplora APIs of the bitcoin chain, comma separated; two must agree",
    )
    ethereum_url: SecretStr = Field(
        SecretStr(""), description="JSON-RPC of Ethereum nodes, comma separated; may hold keys"
    )
    bsc_url: SecretStr = Field(SecretStr(""), description="the same of BNB Smart Chain nodes")
    tron_url: SecretStr = Field(SecretStr(""), description="HTTP APIs of TRON nodes, likewise")
    xrpl_url: SecretStr = Field(SecretStr(""), description="JSON-RPC of rippled servers, likewise")
    node_calls_per_s: float = Field(50, gt=0, description="calls a second to one node's host")
    node_calls_at_once: int = Field(16, ge=1, description="calls at once to one node's host")
    smtp_url: str = Field("", description="smtp://host:port for letters; empty: inbox only")
    mail_from: str = Field("support@redress.invalid", description="sender of the letters")
    channels: str = Field(
        "", description="JSON file of the accounts messages come in by, with secrets; empty: none"
    )
    channels_loopback: bool = Field(
        default=False, description="answers may go to this machine without TLS (tests, demo)"
    )
    mail_addresses: str = Field("", description="addresses customers write to, comma separated")
    mail_listen: str = Field("", description="host:port that takes mail by SMTP; empty: off")
    mail_lmtp: str = Field("", description="host:port that takes mail by LMTP; empty: off")
    imap_url: SecretStr = Field(
        SecretStr(""), description="imaps://user:password@host/folder to fetch from; empty: off"
    )
    imap_poll: float = Field(30.0, gt=0, le=3600, description="how often that folder is looked at")
    clamav: str = Field("", description="host:port of clamd, which scans files; empty: none")
    unscanned_files: bool = Field(
        default=False,
        description="hand out attachments without a scanner; else they stay quarantined",
    )
    policy: str = Field("default", description="name of the policy in shared/policies")
    master_key: SecretStr = Field(
        SecretStr(""),
        description="32 bytes in base64, which wrap the complaints' keys; older ones after a comma",
    )
    token_key: SecretStr = Field(
        SecretStr(""), description="32 bytes in hex; signs tokens and status links"
    )
    oidc_issuer: str = Field("", description="issuer of the identity provider; empty: none")
    oidc_audience: str = Field("", description="audience its tokens are made out to")
    oidc_jwks_url: str = Field("", description="https address of the provider's keys")
    oidc_roles_claim: str = Field("roles", description="claim, or path to it, that holds roles")
    oidc_client_id: str = Field("", description="our name there, for staff's pages; empty: none")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="its secret; empty for a public client"
    )
    oidc_authorize_url: str = Field("", description="https address where people sign in")
    oidc_token_url: str = Field("", description="https address where a code becomes a token")
    local_accounts: bool = Field(
        default=False, description="staff may sign in by name and password (redress staff)"
    )
    session_idle_minutes: int = Field(
        60,
        ge=1,
        le=480,
        description="a session of staff at the pages ends without a request for so long",
    )
    trusted_proxies: str = Field(
        "", description="networks whose word on a client's address is taken, comma separated"
    )
    proxy_header: Literal["x-forwarded-for", "forwarded"] = Field(
        "x-forwarded-for", description="the one header that these proxies write"
    )
    writes_per_s: float = Field(
        1000, gt=0, description="writing requests a second, by address and by principal"
    )
    writes_at_once: int = Field(5000, ge=1, description="the same at once, after a silence")
    reads_per_s: float = Field(
        5000, gt=0, description="reading requests a second, by address and by principal"
    )
    reads_at_once: int = Field(20_000, ge=1, description="the same at once, after a silence")
    installation: str = Field(
        "local",
        pattern=r"^[a-z0-9.-]{1,100}$",
        description="name of the installation in the ledger's checkpoints; never changed",
    )
    ledger: str = Field("", description="folder of the ledger")
    ledger_key: SecretStr = Field(
        SecretStr(""), description="32 bytes in base64; signs the ledger's checkpoints (Ed25519)"
    )
    ledger_witness: str = Field(
        "", description="folder or https address that gets every checkpoint; empty: none"
    )
    traces: str = Field(
        "",
        pattern=f"^$|{HTTP}",
        description="address of a collector that takes OTLP at /v1/traces; empty: none",
    )
    traces_share: float = Field(
        0.1, ge=0, le=1, description="share of the complaints that is traced; 0: none, 1: all"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="log level")
    batch: int = Field(1000, ge=1, le=5000, description="records in one batch")
    batch_wait_ms: int = Field(10, ge=1, le=1000, description="longest wait for a batch")
    partitions: int = Field(6, ge=1, le=1000, description="partitions of a topic when created")
    replication: int = Field(1, ge=1, le=7, description="replicas of a topic when created")
    worker_poll: float = Field(0.5, gt=0, le=60, description="how often due work is looked for")
    worker_batch: int = Field(500, ge=1, le=5000, description="due items claimed at once")
    failpoint: str = Field("", description="<name>:<n>: die at the n-th hit (fault tests)")
    failpoint_folder: str = Field(
        "", description="die where a file here is named as the failpoint, once (fault tests)"
    )

    @field_validator("mongo")
    @classmethod
    def _is_mongodb(cls, given: SecretStr) -> SecretStr:
        if not given.get_secret_value().startswith(MONGODB):
            raise ValueError("must start with mongodb:// or mongodb+srv://")
        return given

    @field_validator("token_key")
    @classmethod
    def _is_key(cls, given: SecretStr) -> SecretStr:
        """None at all is for the service to refuse: not every process needs one."""
        key = given.get_secret_value()
        try:
            fits = not key or len(bytes.fromhex(key)) == TOKEN_KEY_BYTES
        except ValueError:
            fits = False
        if not fits:
            raise ValueError("must be 32 bytes in hex: openssl rand -hex 32")
        return given
