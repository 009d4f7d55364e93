"""What other operators give: secrets from outside the cluster, and a MongoDB to start from."""

from __future__ import annotations

from typing import Any

from deploy.jobs import PREPARE
from deploy.surroundings import secret
from deploy.workloads import meta

STORE = "redress"
MONGO = "redress-mongo"


def external_secret() -> dict[str, Any]:
    """The Secret `redress`, copied from a store and renewed each hour (External Secrets)."""
    names = secret()["stringData"]
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": meta("redress", PREPARE),
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "SecretStore", "name": STORE},
            # The pods keep what they have when the store, or this object, is gone.
            "target": {"name": "redress", "creationPolicy": "Owner", "deletionPolicy": "Retain"},
            "data": [
                {"secretKey": name, "remoteRef": {"key": "redress", "property": name}}
                for name in names
            ],
        },
    }


def mongodb() -> dict[str, Any]:
    """Three members with TLS, and a user with no more than Redress needs (community operator)."""
    roles = [{"db": name, "name": "readWrite"} for name in ("redress", "redress_keys")]
    return {
        "apiVersion": "mongodbcommunity.mongodb.com/v1",
        "kind": "MongoDBCommunity",
        "metadata": meta(MONGO),
        "spec": {
            "type": "ReplicaSet",
            "members": 3,
            "version": "7.0.21",
            "security": {
                "authentication": {"modes": ["SCRAM-SHA-256"]},
                "tls": {
                    "enabled": True,
                    "certificateKeySecretRef": {"name": f"{MONGO}-tls"},
                    "caCertificateSecretRef": {"name": f"{MONGO}-ca"},
                },
            },
            "users": [
                {
                    "name": "redress",
                    "db": "admin",
                    "passwordSecretRef": {"name": f"{MONGO}-password"},
                    "scramCredentialsSecretName": MONGO,
                    "roles": roles,
                }
            ],
        },
    }
