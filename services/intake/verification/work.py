"""The account directory: which account is meant, and whether the contact belongs to it."""

from collections.abc import Mapping
from typing import cast

from services.intake.verification.state import VerificationState
from shared.connectors.exchange import Exchange, Refused
from shared.connectors.models import Account
from shared.events.base import ComplaintFacts
from shared.events.verification import AccountLookedUp
from shared.runner.app import Wiring
from shared.runner.due import Claim, Work, each


def work(wiring: Wiring) -> Mapping[str, Work]:
    """What this stage owes, by kind."""
    settings = wiring.settings
    token = settings.exchange_token.get_secret_value()
    directory = Directory(Exchange(wiring.http, settings.exchange_url, token))
    return {"look_up_account": each(directory.look_up)}


class Directory:
    """Looks accounts up; what it finds is said in counts and ids, never in personal text."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    async def look_up(self, claim: Claim) -> AccountLookedUp:
        """Find the account by the id that was given, else by the contact. Raises TransientError."""
        facts = cast("ComplaintFacts", cast("VerificationState", claim.state).facts)
        contact = facts.contact.text if facts.contact else None
        named = await self._account(facts.user_id) if facts.user_id else None
        if named and (contact is None or _holds(named, contact)):
            return _found(claim, named, contact_matches=contact is not None)
        others = await self._accounts(contact) if contact else ()
        if facts.user_id and others:
            return AccountLookedUp(
                key=claim.item.key, put_by=claim.item.event, matches=0, contact_elsewhere=True
            )
        if named:
            return _found(claim, named, contact_matches=False)
        if len(others) == 1:
            return _found(claim, others[0], contact_matches=True)
        return AccountLookedUp(key=claim.item.key, put_by=claim.item.event, matches=len(others))

    async def _account(self, user_id: str) -> Account | None:
        """The account, None also for an id that no account can have."""
        try:
            return await self.exchange.account(user_id)
        except Refused:
            return None

    async def _accounts(self, contact: str) -> tuple[Account, ...]:
        try:
            return await self.exchange.find_accounts(contact)
        except Refused:
            return ()


def _holds(account: Account, contact: str) -> bool:
    known = {account.email.casefold(), *(c.email.casefold() for c in account.contacts)}
    return contact.casefold() in known


def _found(claim: Claim, account: Account, *, contact_matches: bool) -> AccountLookedUp:
    return AccountLookedUp(
        key=claim.item.key,
        put_by=claim.item.event,
        matches=1,
        user_id=account.user_id,
        contact_matches=contact_matches,
        kyc_level=str(account.kyc.level),
    )
