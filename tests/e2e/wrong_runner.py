"""`redress`, but its runner is wrong: it commits before it writes, as a tutorial would.

`python -m tests.e2e.wrong_runner serve triage` for `redress serve triage`: the checker must find
out.
"""

from __future__ import annotations

from faststream.kafka.message import KafkaMessage

from shared.cli.main import main
from shared.runner import assembling
from shared.runner.consumer import LaneConsumer


class EarlyCommit(LaneConsumer):
    """Commits what it fetched, then handles it: at most once."""

    async def _batch(self, message: KafkaMessage) -> None:
        await self._commit(message.raw_message)
        await super()._batch(message)


if __name__ == "__main__":
    assembling.LaneConsumer = EarlyCommit  # type: ignore[attr-defined] # the one part that differs
    main()
