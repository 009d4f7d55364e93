"""The plan of an investigation: which sources are asked, and which playbook judges."""

from dataclasses import dataclass

from services.investigation.playbooks.chains import CALLED, CHAINS, transaction_id
from services.investigation.playbooks.suggestion import product_of
from services.investigation.state import InvestigationState
from shared.events.base import Category, ComplaintFacts
from shared.events.investigation import ClaimedFacts, InvestigationStarted, Sensitivity
from shared.policy import InvestigationPolicy

DEPOSIT, LIQUIDATION, WITHDRAWAL = "deposit", "liquidation", "withdrawal"
TAKEOVER, TRADE, KYC, API = "takeover", "trade", "kyc", "api"
SUGGESTION = "suggestion"
BY_CATEGORY: dict[Category, str] = {
    "account_security": TAKEOVER,
    "contract_liquidation": LIQUIDATION,
    "trade_execution": TRADE,
    "kyc": KYC,
    "api": API,
}
# The networks that there are connectors for; whether a node is named is the installation's matter.
REACHABLE = frozenset({"bitcoin", "ethereum", "bsc", "tron", "xrp_ledger"})


@dataclass(frozen=True)
class Source:
    """What a source gives; `query` names the question without the person."""

    type: str
    query: str
    sensitivity: Sensitivity
    needs_account: bool = True


SOURCES = {
    "account": Source("account", "GET /v1/accounts/{user_id}", "personal"),
    "logins": Source("login_history", "GET /v1/accounts/{user_id}/logins", "personal"),
    "withdrawals": Source("withdrawals", "GET /v1/accounts/{user_id}/withdrawals", "personal"),
    "payout": Source("withdrawal", "GET /v1/accounts/{user_id}/withdrawals", "personal"),
    "positions": Source("positions", "GET /v1/accounts/{user_id}/positions", "internal"),
    "orders": Source("orders", "GET /v1/accounts/{user_id}/orders", "personal"),
    "execution": Source("execution", "GET /v1/orders/{order_id}/fills", "personal"),
    "identity": Source("identity_check", "GET /v1/accounts/{user_id}/kyc", "personal"),
    "api_calls": Source("api_log", "GET /v1/accounts/{user_id}/api-calls", "personal"),
    "transfers": Source("transfers", "GET /v1/accounts/{user_id}/transfers", "personal"),
    "prices": Source("prices", "GET /v1/prices/{symbol}", "public"),
    "tiers": Source("margin_tiers", "GET /v1/margin-tiers/{symbol}", "public"),
    "ledger": Source("ledger", "GET /v1/deposits?txid=", "internal", needs_account=False),
    "incidents": Source("incidents", "GET /v1/incidents", "internal", needs_account=False),
    "chain": Source(
        "transaction", "the transaction, then the tip", "internal", needs_account=False
    ),
}
UNKNOWN = "unknown"


def claim_of(facts: ComplaintFacts, known: ClaimedFacts) -> ClaimedFacts:
    """The part of a complaint that sources are asked about, over what was noted before.

    A transaction id is kept in its one spelling, if it is one. A network of which nobody has heard
    is named so: none is guessed in its place. Of the words stays what item of the product list they
    fit.
    """
    told = facts.model_dump(include=set(ClaimedFacts.model_fields), exclude_none=True)
    if facts.network_said:
        told["network"] = UNKNOWN
    txid = (facts.txid or "").strip()
    words = f"{facts.subject.text}\n{facts.description.text}"
    product = product_of(words, facts.asset, facts.received_at.date())
    more = {"txid": transaction_id(txid) or txid or None, "product": product}
    return known.model_copy(update={**told, **more})


def network_of(claim: ClaimedFacts) -> str | None:
    """The network that the customer names, else the one whose own coin it is."""
    if claim.network:
        return CALLED.get(claim.network.strip().lower())
    asset = (claim.asset or "").strip().upper()
    homes = [chain.name for chain in CHAINS.values() if asset in chain.assets]
    return homes[0] if len(homes) == 1 else None


def code_of(claim: ClaimedFacts) -> str | None:
    """The asset by the exchange's own code: a network's coin may have several tickers."""
    asset = (claim.asset or "").strip().upper()
    chain = CHAINS.get(network_of(claim) or "")
    own = chain is not None and (not asset or asset in chain.assets)
    return chain.assets[0] if chain and own else asset or None


def opening(state: InvestigationState, policy: InvestigationPolicy) -> InvestigationStarted | None:
    """The start of the next level, once its facts, its owner and its appeal are known."""
    owner = state.owner
    if owner is None or state.claim.received_at is None:
        return None
    if not max(state.level, state.ended) < owner.level <= state.appeal_level:
        return None
    return started(state, owner.level, owner.category, owner.assignee, policy)


def started(
    state: InvestigationState,
    level: int,
    category: Category,
    assignee: str,
    policy: InvestigationPolicy,
) -> InvestigationStarted:
    """The plan for a level; an appeal is never judged by the playbook that judged before."""
    return InvestigationStarted(
        level=level,
        category=category,
        playbook=_playbook(category, state.claim) if level == 1 else None,
        sources=tuple(s for s in policy.sources[category] if _askable(s, state.claim)),
        assignee=assignee,
        language=state.language,
        points=state.owner.points if state.owner else (),
    )


def _playbook(category: Category, claim: ClaimedFacts) -> str | None:
    if category == "product_suggestion":
        return SUGGESTION
    if claim.user_id is None:
        return None
    if category == "deposit_withdrawal":
        return DEPOSIT if claim.txid and network_of(claim) in REACHABLE else WITHDRAWAL
    return BY_CATEGORY.get(category)


def _askable(source: str, claim: ClaimedFacts) -> bool:
    known = SOURCES.get(source)
    if known is None or (known.needs_account and claim.user_id is None):
        return False
    if source == "chain":
        return network_of(claim) in REACHABLE and transaction_id(claim.txid or "") is not None
    return source != "ledger" or claim.txid is not None
