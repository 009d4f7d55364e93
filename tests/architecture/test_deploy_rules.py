"""What is deployed passes every check, and each check finds what it is for."""

import copy

import pytest

from deploy import rules
from deploy.rules.reading import containers, named, of_kind
from deploy.tools import tools
from deploy.validate import K8S, build, schema_faults
from shared.pipeline import STAGES

TRIAGE = STAGES["triage"]


@pytest.fixture(scope="module")
def production():
    """The objects that kubectl would apply."""
    return build(tools().kubectl, K8S / "overlays" / "production")


def one(objects, kind, name="redress-triage"):
    return next(o for o in of_kind(objects, kind) if o["metadata"]["name"] == name)


def pod(objects):
    return one(objects, "Deployment")["spec"]["template"]["spec"]


def container(objects):
    return pod(objects)["containers"][0]


def trigger(objects):
    return one(objects, "ScaledObject")["spec"]["triggers"][0]["metadata"]


def gone(kind, name):
    def remove(objects):
        objects.remove(one(objects, kind, name))

    return remove


def put(place, key, value):
    return lambda objects: place(objects).update({key: value})


def without(place, key):
    return lambda objects: place(objects).pop(key)


def spec(kind, name="redress-triage"):
    return lambda objects: one(objects, kind, name)["spec"]


def acl(objects):
    return one(objects, "KafkaUser")["spec"]["authorization"]["acls"][-1]


def second(objects):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "redress-triage"}
    body = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 8}
    scaler = {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "more"}, "spec": body}
    objects.append(scaler)


TOPIC = "complaints.triage.events"
HARD = lambda objects: container(objects)["securityContext"]  # noqa: E731 - a place like the others
NOBODY = lambda objects: pod(objects)["securityContext"]  # noqa: E731
LIMITS = lambda objects: container(objects)["resources"]["limits"]  # noqa: E731
REQUESTS = lambda objects: container(objects)["resources"]["requests"]  # noqa: E731
ALIVE = lambda objects: container(objects)["livenessProbe"]["httpGet"]  # noqa: E731
ROLLING = lambda objects: spec("Deployment")(objects)["strategy"]["rollingUpdate"]  # noqa: E731
PASSWORD = lambda objects: container(objects)["env"][1]["valueFrom"]["secretKeyRef"]  # noqa: E731
COPIES = lambda objects: spec("KafkaTopic", TOPIC)(objects)["config"]  # noqa: E731
NAME = lambda objects: one(objects, "Secret", "redress-keda-name")["metadata"]  # noqa: E731
ACCOUNT = lambda objects: one(objects, "ServiceAccount")  # noqa: E731

BROKEN = [
    (rules.pods.images_are_pinned, put(container, "image", "r.example.com/redress:latest")),
    (rules.pods.images_are_pinned, put(container, "image", "r.example.com:443/redress")),
    (rules.pods.resources_are_said, without(LIMITS, "memory")),
    (rules.pods.resources_are_said, without(REQUESTS, "ephemeral-storage")),
    (rules.pods.probes_are_there, without(container, "startupProbe")),
    (rules.pods.probes_are_there, put(ALIVE, "path", "/readyz")),
    (rules.pods.nobody_writes, put(NOBODY, "runAsNonRoot", False)),
    (rules.pods.nobody_writes, put(pod, "automountServiceAccountToken", True)),
    (rules.pods.nobody_writes, put(HARD, "readOnlyRootFilesystem", False)),
    (rules.pods.nobody_writes, put(HARD, "capabilities", {"drop": ["ALL"], "add": ["SYS_ADMIN"]})),
    (rules.pods.stopping_has_time, put(pod, "terminationGracePeriodSeconds", 29)),
    (rules.pods.stopping_has_time, without(container, "lifecycle")),
    (rules.pods.rolling_leaves_no_gap, put(ROLLING, "maxUnavailable", 1)),
    (rules.pods.rolling_leaves_no_gap, put(spec("Deployment"), "revisionHistoryLimit", 10)),
    (rules.pods.pods_stand_apart, without(pod, "topologySpreadConstraints")),
    (rules.pods.pods_stand_apart, without(pod, "affinity")),
    (
        rules.around.each_deployment_has_a_budget,
        put(spec("PodDisruptionBudget"), "maxUnavailable", 0),
    ),
    (rules.around.nothing_is_open, gone("NetworkPolicy", "redress-deny-all")),
    (rules.around.accounts_have_no_token, without(ACCOUNT, "automountServiceAccountToken")),
    (rules.around.accounts_have_no_token, put(pod, "serviceAccountName", "redress-notify")),
    (rules.around.no_secret_is_written_down, put(NAME, "name", "redress")),
    (rules.scaling.triggers_are_understood, put(trigger, "lagTreshold", "1000")),
    (rules.scaling.triggers_are_understood, without(trigger, "lagThreshold")),
    (rules.scaling.triggers_are_of_the_table, put(trigger, "consumerGroup", "redress-triagge")),
    (rules.scaling.triggers_are_of_the_table, put(trigger, "topic", TOPIC)),
    (rules.scaling.no_pod_is_idle, put(spec("ScaledObject"), "maxReplicaCount", 49)),
    (rules.scaling.no_pod_is_idle, put(spec("ScaledObject"), "minReplicaCount", 0)),
    (rules.scaling.one_scaler_owns_the_number, second),
    (rules.scaling.one_scaler_owns_the_number, put(spec("Deployment"), "replicas", 2)),
    (rules.scaling.one_scaler_owns_the_number, gone("Deployment", "redress-triage")),
    (rules.kafka.topics_are_those_of_the_table, gone("KafkaTopic", TOPIC)),
    (rules.kafka.topics_are_kept_and_copied, put(spec("KafkaTopic", TOPIC), "replicas", 1)),
    (rules.kafka.topics_are_kept_and_copied, put(spec("KafkaTopic", TOPIC), "partitions", 6)),
    (rules.kafka.topics_are_kept_and_copied, put(COPIES, "retention.ms", "604800000")),
    (rules.kafka.topics_are_kept_and_copied, put(COPIES, "min.insync.replicas", "1")),
    (rules.kafka.rights_are_few, put(acl, "operations", ["All"])),
    (
        rules.kafka.rights_are_few,
        put(acl, "resource", {"type": "topic", "name": "*", "patternType": "literal"}),
    ),
    (
        rules.kafka.rights_are_few,
        put(acl, "resource", {"type": "topic", "name": "complaints.", "patternType": "prefix"}),
    ),
    (rules.kafka.pods_sign_in_as_themselves, put(PASSWORD, "name", "redress-operator")),
    (rules.kafka.pods_sign_in_as_themselves, gone("KafkaUser", "redress-triage")),
]


def test_what_goes_to_production_breaks_no_rule_and_no_schema(production):
    assert rules.faults(production) == []
    assert schema_faults(production) == []


@pytest.mark.parametrize(("rule", "harm"), BROKEN, ids=lambda it: getattr(it, "__name__", ""))
def test_each_rule_finds_what_it_is_for(production, rule, harm):
    harmed = copy.deepcopy(production)
    assert rule(harmed) == []

    harm(harmed)

    assert rule(harmed)


def test_every_rule_was_seen_to_fail():
    assert {rule for rule, _ in BROKEN} == set(rules.RULES)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (spec("Deployment"), "replicsa"),
        (spec("ScaledObject"), "maxReplicas"),
        (spec("KafkaTopic", TOPIC), "partition"),
        (spec("PodMonitor", "redress"), "endpoints"),
        (spec("HTTPRoute", "redress"), "hosts"),
    ],
)
def test_a_misspelt_field_is_found_in_every_kind_of_object(production, place, wrong):
    harmed = copy.deepcopy(production)
    place(harmed)[wrong] = 1

    (fault,) = schema_faults(harmed)
    assert wrong in fault


def test_every_pod_has_one_container_of_the_one_image(production):
    images = {container["image"] for _, container in containers(production)}
    assert images == {"registry.example.com/redress:0.1.0"}
    assert all(
        len(o["spec"]["template"]["spec"]["containers"]) == 1
        for o in of_kind(production, "Deployment", "Job")
    )


def test_what_the_services_need_is_applied_before_them(production):
    first = [o for o in production if o["metadata"].get("labels", {}).get("redress.dev/step")]
    assert {o["kind"] for o in first} == {
        *("Namespace", "ConfigMap", "NetworkPolicy", "Job", "KafkaTopic", "KafkaUser"),
    }
    assert [named(o) for o in of_kind(first, "Job")] == ["Job redress-indexes"]
