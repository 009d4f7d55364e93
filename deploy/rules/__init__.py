"""What no schema can say of the objects of one build: a rule takes them all and gives faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deploy.rules import around, kafka, pods, scaling

Objects = list[dict[str, Any]]
Rule = Callable[[Objects], list[str]]

RULES: tuple[Rule, ...] = (
    pods.images_are_pinned,
    pods.resources_are_said,
    pods.probes_are_there,
    pods.nobody_writes,
    pods.stopping_has_time,
    pods.rolling_leaves_no_gap,
    pods.pods_stand_apart,
    around.each_deployment_has_a_budget,
    around.nothing_is_open,
    around.accounts_have_no_token,
    around.no_secret_is_written_down,
    scaling.triggers_are_understood,
    scaling.triggers_are_of_the_table,
    scaling.no_pod_is_idle,
    scaling.one_scaler_owns_the_number,
    kafka.topics_are_those_of_the_table,
    kafka.topics_are_kept_and_copied,
    kafka.rights_are_few,
    kafka.pods_sign_in_as_themselves,
)


def faults(objects: Objects) -> list[str]:
    """Every fault of every rule, in the order of the rules."""
    return [fault for rule in RULES for fault in rule(objects)]
