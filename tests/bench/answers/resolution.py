"""Actions on the exchange: each is applied at once."""

from __future__ import annotations

from typing import Any

from shared.events.resolution import EffectCarriedOut


async def act(claim: Any) -> EffectCarriedOut:
    return EffectCarriedOut(
        key=claim.item.key, put_by=claim.item.event, status="applied", applied_at=claim.now
    )


ANSWERS = {"act": act}
