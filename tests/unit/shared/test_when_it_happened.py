"""What a rule is told of time: when it is folded, and when its cause came about."""

import uuid

from shared.decider import Decider, State
from shared.envelope import read
from shared.events.intake import MessageReceived
from shared.events.personal import Personal
from shared.pipeline import STAGES
from shared.testing.rig import Rig
from shared.testing.scenario import START


async def test_a_rule_knows_when_its_cause_came_about():
    seen = []

    def hear(_state, _data, context):
        seen.append(context)
        return []

    rig = Rig("verification", Decider(State, {MessageReceived: hear}, {}))
    message = MessageReceived(text=Personal("Hello"), received_at=START)
    record = await rig.record(message, str(uuid.uuid4()), 1, source=STAGES["intake"])
    await rig.run(record)

    (context,) = seen
    assert context.happened_at == read(record.value, []).time
    assert context.at == context.happened_at <= context.now
