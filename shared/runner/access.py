"""How Kafka is spoken to: in the clear or over TLS, as nobody or as a user."""

from __future__ import annotations

import ssl
from typing import Any

from faststream.security import (
    BaseSecurity,
    SASLPlaintext,
    SASLScram256,
    SASLScram512,
)

from shared.errors import UsageError
from shared.runner.header_names import read_any_name
from shared.settings import Settings

SIGNS_IN = {
    "SCRAM-SHA-512": SASLScram512,
    "SCRAM-SHA-256": SASLScram256,
    "PLAIN": SASLPlaintext,
}


def access() -> dict[str, Any]:
    """What every client of Kafka is told beside its address, of the environment's settings.

    Raises UsageError where a user, its password or the CA's file is missing.
    """
    read_any_name()
    settings = Settings()
    security = settings.kafka_security
    told: dict[str, Any] = {"security_protocol": security.upper()}
    if security.endswith("ssl"):
        told["ssl_context"] = _trusting(settings)
    if security.startswith("sasl"):
        user, password = _user(settings)
        told["sasl_mechanism"] = settings.kafka_sasl
        told["sasl_plain_username"], told["sasl_plain_password"] = user, password
    return told


def security_of(settings: Settings) -> BaseSecurity | None:
    """The same for the framework's broker. Raises UsageError."""
    read_any_name()
    security = settings.kafka_security
    encrypted = security.endswith("ssl")
    context = _trusting(settings) if encrypted else None
    if security.startswith("sasl"):
        user, password = _user(settings)
        return SIGNS_IN[settings.kafka_sasl](user, password, context, use_ssl=encrypted)
    return BaseSecurity(context, use_ssl=True) if encrypted else None


def _user(settings: Settings) -> tuple[str, str]:
    password = settings.kafka_password.get_secret_value()
    if not (settings.kafka_user and password):
        raise UsageError(
            f"REDRESS_KAFKA_SECURITY is {settings.kafka_security}: "
            "set REDRESS_KAFKA_USER and REDRESS_KAFKA_PASSWORD"
        )
    return settings.kafka_user, password


def _trusting(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.kafka_ca or None)
    except OSError as error:
        raise UsageError("REDRESS_KAFKA_CA is no file of certificates that can be read") from error
