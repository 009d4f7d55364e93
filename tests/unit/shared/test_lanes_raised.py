"""A complaint whose lane rises stays on the express lane, in every stage."""

import pytest

from shared.audit.replay import decider_of
from shared.pipeline import ROWS, STAGES
from shared.testing.scenario import Scenario


@pytest.mark.parametrize("stage", [row.name for row in ROWS])
def test_the_lane_rises_once_and_stays(stage):
    scene = Scenario(STAGES[stage], decider_of(stage))

    scene.hurry()
    scene.hurry()

    assert scene.state.lane == "express"
    assert len(scene.events) == 1
