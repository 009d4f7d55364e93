"""How Kafka's clients are told to speak: the same to our own and to the framework's."""

import certifi
import pytest
from faststream.kafka.security import parse_security

from shared.errors import UsageError
from shared.runner.access import access, security_of
from shared.settings import Settings

USER = {"REDRESS_KAFKA_USER": "redress-triage", "REDRESS_KAFKA_PASSWORD": "a word of 24 letters"}
CA = {"REDRESS_KAFKA_CA": certifi.where()}


@pytest.fixture
def told(monkeypatch):
    """Both tellings under an environment, without the certificates."""

    def tell(security, more):
        for name, value in {"REDRESS_KAFKA_SECURITY": security, **more}.items():
            monkeypatch.setenv(name, value)
        ours, theirs = access(), parse_security(security_of(Settings()))
        return [{k: v for k, v in one.items() if k != "ssl_context"} for one in (ours, theirs)]

    return tell


def test_without_a_word_kafka_is_spoken_to_in_the_clear_by_nobody():
    assert access() == {"security_protocol": "PLAINTEXT"}
    assert security_of(Settings()) is None


@pytest.mark.parametrize("sasl", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
@pytest.mark.parametrize("security", ["ssl", "sasl_plaintext", "sasl_ssl"])
def test_the_frameworks_client_signs_in_as_ours_does(told, security, sasl):
    ours, theirs = told(security, {**USER, **CA, "REDRESS_KAFKA_SASL": sasl})

    assert ours == theirs
    assert ours["security_protocol"] == security.upper()
    assert ("sasl_mechanism" in ours) == security.startswith("sasl")


def test_tls_trusts_the_one_who_signed_and_checks_the_name(monkeypatch):
    for name, value in {"REDRESS_KAFKA_SECURITY": "ssl", **CA}.items():
        monkeypatch.setenv(name, value)

    context = access()["ssl_context"]

    assert context.check_hostname
    assert context.get_ca_certs()


@pytest.mark.parametrize(
    ("security", "more", "named"),
    [
        ("sasl_ssl", CA, "REDRESS_KAFKA_USER"),
        ("sasl_plaintext", {"REDRESS_KAFKA_USER": "redress-triage"}, "REDRESS_KAFKA_PASSWORD"),
        ("ssl", {"REDRESS_KAFKA_CA": "/nowhere/ca.crt"}, "REDRESS_KAFKA_CA"),
        ("ssl", {"REDRESS_KAFKA_CA": __file__}, "REDRESS_KAFKA_CA"),
    ],
)
def test_what_is_missing_is_named_and_no_password_is_shown(told, security, more, named):
    with pytest.raises(UsageError, match=named) as caught:
        told(security, more)

    assert USER["REDRESS_KAFKA_PASSWORD"] not in str(caught.value)
