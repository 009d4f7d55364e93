"""What the services share: configuration, secrets, the namespace, the network's rules."""

from __future__ import annotations

from typing import Any

from deploy.disk import LEDGER
from deploy.workloads import MAIL_PORT, PORT, meta
from shared.rules.targets import PORTS

KAFKA = "kafka-bootstrap.kafka.svc:9092"
PARTITIONS, REPLICATION = 48, 3
OTLP = 4318  # of a collector of traces


def namespace() -> dict[str, Any]:
    """The namespace; only restricted pods run in it."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "redress",
            "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
        },
    }


def config() -> dict[str, Any]:
    """Addresses and numbers; overlays put in their own."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": meta("redress"),
        "data": {
            "REDRESS_KAFKA": KAFKA,
            "REDRESS_PUBLIC_URL": "https://complaints.example.com",
            "REDRESS_EXCHANGE_URL": "http://exchange-internal.exchange.svc",
            "REDRESS_ESPLORA_URL": "http://esplora.chain.svc,http://esplora-second.chain.svc",
            "REDRESS_MAIL_LISTEN": f"0.0.0.0:{MAIL_PORT}",
            "REDRESS_MAIL_ADDRESSES": "support@example.com",
            "REDRESS_MAIL_FROM": "support@example.com",
            # The network of the cluster's pods: only namespaces that may call are let in from it.
            "REDRESS_TRUSTED_PROXIES": "10.0.0.0/8",
            "REDRESS_PARTITIONS": str(PARTITIONS),
            "REDRESS_REPLICATION": str(REPLICATION),
            "REDRESS_POLICY": "default",
            "REDRESS_INSTALLATION": "complaints.example.com",
            "REDRESS_LEDGER": LEDGER,
            "PROMETHEUS_DISABLE_CREATED_SERIES": "true",
        },
    }


def secret() -> dict[str, Any]:
    """A template: every value is empty, so nothing starts before it is filled in.

    The secret of a client of the identity provider may stay so.
    """
    names = (
        "MONGO",
        "EXCHANGE_TOKEN",
        "MASTER_KEY",
        "TOKEN_KEY",
        "LEDGER_KEY",
        "OIDC_CLIENT_SECRET",
    )
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": meta("redress"),
        "type": "Opaque",
        "stringData": {f"REDRESS_{name}": "" for name in names},
    }


def network_policies() -> list[dict[str, Any]]:
    """Nothing in or out but what is named.

    Out: DNS, Kafka, MongoDB, HTTP, mail by SMTP and IMAP, clamd, customers' webhooks, traces. In:
    callers, and mail to intake.
    """
    ours: dict[str, Any] = {"matchLabels": {"app.kubernetes.io/name": "redress"}}
    intake: dict[str, Any] = {"matchLabels": {"app.kubernetes.io/component": "intake"}}
    servers = [_port(number) for number in (9092, 9093, 27017, 80, *PORTS, 587, 993, 3310, OTLP)]
    dns = [_port(53, "UDP"), _port(53)]
    return [
        _policy("deny-all", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        _policy("dns", _egress(ours, dns)),
        _policy("servers", _egress(ours, servers)),
        _policy("http", _ingress(ours, "calls", PORT)),
        _policy("mail", _ingress(intake, "mails", MAIL_PORT)),
    ]


def _ingress(pods: dict[str, Any], label: str, port: int) -> dict[str, Any]:
    """From namespaces with a label of ours."""
    callers = {"namespaceSelector": {"matchLabels": {f"redress.dev/{label}": "true"}}}
    return {
        "podSelector": pods,
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [callers], "ports": [_port(port)]}],
    }


def _egress(pods: dict[str, Any], ports: list[dict[str, Any]]) -> dict[str, Any]:
    return {"podSelector": pods, "policyTypes": ["Egress"], "egress": [{"ports": ports}]}


def _port(number: int, protocol: str = "TCP") -> dict[str, Any]:
    return {"port": number, "protocol": protocol}


def _policy(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": meta(f"redress-{name}"),
        "spec": spec,
    }
