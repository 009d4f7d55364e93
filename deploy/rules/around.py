"""Rules of what stands around the pods: budgets, network, accounts, secrets."""

from __future__ import annotations

from deploy.rules.reading import Object, named, of_kind, pods

NOT_SECRET = {"redress-keda-name"}  # a user's name, which KEDA takes from a Secret alone


def each_deployment_has_a_budget(objects: list[Object]) -> list[str]:
    """One pod at a time may be taken away, and a sick one always."""
    wanted = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    budgets = {
        str(sorted(one["spec"]["selector"]["matchLabels"].items())): one["spec"]
        for one in of_kind(objects, "PodDisruptionBudget")
    }
    found = []
    for one in of_kind(objects, "Deployment"):
        labels = one["spec"]["selector"]["matchLabels"]
        budget = budgets.get(str(sorted(labels.items())), {})
        if {key: budget.get(key) for key in wanted} != wanted:
            found.append(f"{named(one)}: no disruption budget of one pod")
    return found


def nothing_is_open(objects: list[Object]) -> list[str]:
    """All is forbidden both ways before something is allowed."""
    for one in of_kind(objects, "NetworkPolicy"):
        spec = one["spec"]
        closed = set(spec.get("policyTypes", [])) == {"Ingress", "Egress"}
        if spec["podSelector"] == {} and closed and not {"ingress", "egress"} & spec.keys():
            return []
    return ["no NetworkPolicy forbids everything first"]


def accounts_have_no_token(objects: list[Object]) -> list[str]:
    """An account for each Deployment, none of which may speak to the cluster's API."""
    accounts = {one["metadata"]["name"]: one for one in of_kind(objects, "ServiceAccount")}
    found = [
        f"{named(one)}: its token is handed out"
        for one in accounts.values()
        if one.get("automountServiceAccountToken", True)
    ]
    used: set[str] = set()
    for one, pod in pods(of_kind(objects, "Deployment")):
        account = pod.get("serviceAccountName", "")
        if account not in accounts or account in used:
            found.append(f"{named(one)}: no account of its own")
        used.add(account)
    return found


def no_secret_is_written_down(objects: list[Object]) -> list[str]:
    """What is secret comes from the cluster; a manifest lies in a repository."""
    found = []
    for one in of_kind(objects, "Secret"):
        if one["metadata"]["name"] in NOT_SECRET:
            continue
        if any(value for key in ("data", "stringData") for value in one.get(key, {}).values()):
            found.append(f"{named(one)}: a value is written down")
    return found
