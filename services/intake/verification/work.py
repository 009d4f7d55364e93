"""The account directory: which account is meant, and whether the contact belongs to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from services.intake.verification import rules
from services.intake.verification.outcome import tells
from services.intake.verification.state import VerificationState
from shared.connectors.exchange import Exchange, Refused
from shared.connectors.models import Account
from shared.events.base import ComplaintFacts
from shared.events.personal import Personal
from shared.events.verification import AccountLookedUp
from shared.policy import VerificationPolicy
from shared.runner.app import Wiring
from shared.runner.due import Claim, Work, each


def work(wiring: Wiring) -> Mapping[str, Work]:
    """What this stage owes, by kind."""
    settings = wiring.settings
    token = settings.exchange_token.get_secret_value()
    exchange = Exchange(wiring.http, settings.exchange_url, token)
    directory = Directory(exchange, wiring.policy.verification)
    return {"look_up_account": each(directory.look_up)}


class Directory:
    """Looks accounts up; what it finds is said in counts, ids and sealed words."""

    def __init__(self, exchange: Exchange, policy: VerificationPolicy) -> None:
        self.exchange = exchange
        self.policy = policy

    async def look_up(self, claim: Claim) -> AccountLookedUp:
        """Find the account by the id that was given, else by the contact. Raises TransientError."""
        facts = cast("ComplaintFacts", cast("VerificationState", claim.state).facts)
        contact = facts.contact.text if facts.contact else None
        named = await self._account(facts.user_id) if facts.user_id else None
        if named and cast("VerificationState", claim.state).signalled:
            return self._warned(claim, named)
        matches = bool(named and contact and self._holds(claim, named, contact))
        if named and (matches or contact is None):
            return await self._named(claim, named, contact_matches=matches)
        others = await self._accounts(contact) if contact else ()
        if facts.user_id and others:
            return AccountLookedUp(
                key=claim.item.key, put_by=claim.item.event, matches=0, contact_elsewhere=True
            )
        if named:
            return await self._named(claim, named, contact_matches=False)
        if len(others) == 1 and contact:
            found = others[0]
            return _found(claim, found, contact_matches=self._holds(claim, found, contact))
        return AccountLookedUp(key=claim.item.key, put_by=claim.item.event, matches=len(others))

    def _warned(self, claim: Claim, account: Account) -> AccountLookedUp:
        """Whom to warn of what the exchange saw: never an address that was put there lately."""
        held = next((c for c in _contacts(account) if self._holds(claim, account, c)), None)
        return _found(claim, account, contact_matches=held is not None, contact=held)

    def _holds(self, claim: Claim, account: Account, contact: str) -> bool:
        return held_before(account, contact, claim.now - self.policy.contact_held_for)

    async def _named(
        self, claim: Claim, account: Account, *, contact_matches: bool
    ) -> AccountLookedUp:
        """The account that was named; our ledger is asked only for whoever proved to hold it."""
        state = cast("VerificationState", claim.state)
        facts = cast("ComplaintFacts", state.facts)
        held = await self._held(facts, account) if _proved(state, account) else {}
        return _found(claim, account, contact_matches=contact_matches, held=held)

    async def _held(self, facts: ComplaintFacts, account: Account) -> dict[str, str]:
        """What the customer would be asked and our ledger knows: RTS (EU) 2025/294 Art. 5(2)."""
        lacking = rules.missing(self.policy, facts, account.user_id, doubtful=False)
        if not {"txid", "asset"}.intersection(lacking):
            return {}
        try:
            deposits = await self.exchange.deposits(account.user_id)
        except Refused:
            return {}
        return rules.held(facts, deposits)

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


def _proved(state: VerificationState, account: Account) -> bool:
    """A session of the account, or a proof that staff saw."""
    shown = state.user_id == account.user_id and tells(state.proof)
    return shown or state.session == account.user_id


def held_before(account: Account, contact: str, since: datetime) -> bool:
    """Whether a contact belonged to the account then, or has since the account was opened.

    One that was put there later proves nothing yet: a thief changes it first of all.
    """
    began = _contacts(account).get(contact.casefold())
    return began is not None and began <= max(since, account.created_at)


def _contacts(account: Account) -> dict[str, datetime]:
    """Since when each address belongs to the account, the oldest first."""
    rows = {row.email.casefold(): row.since for row in account.contacts}
    rows.setdefault(account.email.casefold(), account.created_at)
    return dict(sorted(rows.items(), key=lambda row: row[1]))


def _found(
    claim: Claim,
    account: Account,
    *,
    contact_matches: bool,
    held: Mapping[str, str] | None = None,
    contact: str | None = None,
) -> AccountLookedUp:
    return AccountLookedUp(
        key=claim.item.key,
        put_by=claim.item.event,
        matches=1,
        user_id=account.user_id,
        contact_matches=contact_matches,
        kyc_level=str(account.kyc.level),
        held=dict(held or {}),
        anti_phishing_code=Personal(code) if (code := account.anti_phishing_code) else None,
        contact=Personal(contact) if contact else None,
    )
