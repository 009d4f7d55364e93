"""The exchange's own signal becomes a frozen account and a warned holder, and nobody complained."""

import httpx
import pytest

from shared.local.channels import SIGNALS, secret_of
from tests.channels import signal, signed
from tests.e2e.stories import SIGNALLED

pytestmark = pytest.mark.timeout(200)


@pytest.fixture
async def gate(running):
    """The one origin, as the exchange reaches it."""
    async with httpx.AsyncClient(base_url=running.stack.pages, timeout=30) as http:
        yield http


async def test_a_signal_freezes_the_account_and_warns_its_holder(running, gate):
    user = SIGNALLED.user
    secret = secret_of(SIGNALS, running.secrets["REDRESS_TOKEN_KEY"])
    seen = signal("drain", user, type="withdrawal.flagged", language="es")
    answer = await gate.post(f"/v1/channels/{SIGNALS}/signals", **signed(seen, secret))
    track = running.watch.tracks[answer.json()["complaint_id"]]

    def warned():
        return [e for e in track.of("letter-sent") if e.data.kind == "security_warning"]

    await running.watch.until(
        lambda: track.of("effect-verified") and len(warned()) > 1 and track.of("finding-recorded")
    )
    (first, *_) = [e.data for e in track.of("effect-requested") if e.data.action == "freeze"]
    mails = await running.world.mails(SIGNALLED.email)
    (warning,) = [mail for mail in mails if "no parece suyo" in mail]

    assert answer.status_code == 202
    assert "withdrawals" in first.scope
    assert "withdrawals" in await running.world.restrictions(user)
    assert track.last("case-classified").priority == "P1"
    assert track.last("finding-recorded").finding == "confirmed_takeover"
    assert all("harbour" in mail for mail in (*mails, warning))
