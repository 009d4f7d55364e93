"""Which address goes to which service, for a gateway of the cluster (Gateway API, HTTPRoute)."""

from __future__ import annotations

from typing import Any

from deploy.workloads import meta
from shared.local.gateway import ADDRESSES, ALL_ELSE, EXACTLY, FILES, WRITES

Match = dict[str, Any]
HOST = "complaints.example.com"


def route() -> dict[str, Any]:
    """The public origin; the tables are those of the gateway of `redress up`."""
    exact = [({"path": {"type": "Exact", "value": p}}, name) for p, name in EXACTLY.items()]
    places = [({"path": _below(place)}, name) for place, name in ADDRESSES.items()]
    written = [({"path": _below(p), "method": "POST"}, name) for p, name in WRITES.items()]
    files = ({"path": {"type": "RegularExpression", "value": FILES.pattern}}, "intake")
    rest = ({"path": _below("/")}, ALL_ELSE)
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {**meta("redress"), "namespace": "redress"},
        "spec": {
            "parentRefs": [{"name": "public", "namespace": "ingress"}],
            "hostnames": [HOST],
            "rules": [_rule(*one) for one in (files, *exact, *written, *places, rest)],
        },
    }


def _below(place: str) -> dict[str, str]:
    return {"type": "PathPrefix", "value": place}


def _rule(match: Match, service: str) -> dict[str, Any]:
    return {"matches": [match], "backendRefs": [{"name": f"redress-{service}", "port": 80}]}
