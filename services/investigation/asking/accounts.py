"""What the exchange knows of an account: itself, its security log, its movements."""

from datetime import timedelta

from services.investigation.asking.question import Answer, Asking, rows
from shared.events.investigation import ClaimedFacts

DAY = timedelta(days=1)
# Evidence holds no more of a person than it needs.
HIDDEN = {"name", "email", "phone", "contacts", "anti_phishing_code"}


async def account(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The account without what names the person."""
    found = await asking.exchange.account(str(claim.user_id))
    return {"account": found and found.model_dump(mode="json", exclude=HIDDEN)}


async def logins(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The security log."""
    return rows(await asking.exchange.logins(str(claim.user_id)))


async def withdrawals(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The withdrawals."""
    return rows(await asking.exchange.withdrawals(str(claim.user_id)))


async def transfers(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The transfers to and from other accounts."""
    return rows(await asking.exchange.transfers(str(claim.user_id)))


async def identity(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The identity vendor's record."""
    found = await asking.exchange.kyc(str(claim.user_id))
    return {"record": found and found.model_dump(mode="json")}


async def api_calls(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The calls with the account's keys in the days around the time told, else the complaint."""
    at = claim.occurred_at or claim.received_at
    if at is None:
        return rows(())
    return rows(await asking.exchange.api_calls(str(claim.user_id), at - DAY, at + DAY))
