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
            "rules": _rules([files, *exact, *written, *places, rest]),
        },
    }


def _below(place: str) -> dict[str, str]:
    return {"type": "PathPrefix", "value": place}


def _rules(found: list[tuple[Match, str]]) -> list[dict[str, Any]]:
    """One for each service: a route may have sixteen, and the order of matches means nothing."""
    matches: dict[str, list[Match]] = {}
    for match, service in found:
        matches.setdefault(service, []).append(match)
    return [
        {"matches": them, "backendRefs": [{"name": f"redress-{service}", "port": 80}]}
        for service, them in matches.items()
    ]
