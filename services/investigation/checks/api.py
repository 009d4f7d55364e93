"""The self-service pages over HTTP: deposit check, security checklist, identity check."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.investigation.checks import rules
from services.investigation.checks.rules import Transfer, Verdict
from services.investigation.playbooks.chains import CHAINS, transaction_id
from services.investigation.rules.witnesses import SOURCES
from services.investigation.sources import Sources
from shared.connectors.exchange import Exchange, Refused
from shared.connectors.nodes import nodes_of
from shared.errors import TransientError
from shared.figures import HELPED
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.rate import Rate
from shared.http.tokens import verify
from shared.pages import html
from shared.runner.wiring import Wiring

STAFF = frozenset({"agent", "supervisor", "admin"})
OWN = "submitter"
ELSEWHERE = ("oidc:", "key:")  # subjects that are no account of the exchange
CHECKS_PER_S, CHECKS_AT_ONCE = 1, 20  # each one asks the exchange and a node
LONGEST = 200
UNCLEAR = Verdict("unclear", "wait", {})
_templates = html.environment("services.investigation.checks", "templates")


def router(wiring: Wiring) -> APIRouter:
    """The routes of self-service."""
    settings = wiring.settings
    exchange = Exchange(
        wiring.http, settings.exchange_url, settings.exchange_token.get_secret_value()
    )
    sources = Sources(exchange, nodes_of(wiring.http, settings), {})
    checks = Checks(sources, settings.token_key.get_secret_value())
    routes = APIRouter(include_in_schema=False)
    for name in ("deposit", "security", "kyc"):
        routes.add_api_route(f"/check/{name}", getattr(checks, f"show_{name}"))
        routes.add_api_route(f"/check/{name}", getattr(checks, name), methods=["POST"])
    return routes


@dataclass(frozen=True)
class Checks:
    """The pages; `key` signs the tokens that say whose identity check may be looked at."""

    sources: Sources
    key: str
    rate: Rate = field(default_factory=lambda: Rate(CHECKS_PER_S, CHECKS_AT_ONCE))

    async def show_deposit(self, request: Request) -> Response:
        """The empty form."""
        return _deposit(request, Transfer("", "bitcoin", ""), None)

    async def deposit(self, request: Request) -> Response:
        """Where a transfer stands. Raises ProblemError 403, 429."""
        form = await self._form(request)
        transfer = Transfer(*(_text(form, name) for name in ("txid", "network", "address")))
        verdict = rules.refused(transfer) or _helped(await self._judged(transfer))
        return _deposit(request, transfer, verdict)

    async def _judged(self, transfer: Transfer) -> Verdict:
        try:
            network = transfer.chain or ""
            asset = await self.sources.exchange.asset(CHAINS[network].assets[0])
            told = await self.sources.probed(network, transaction_id(transfer.txid) or "")
        except (TransientError, Refused):
            return UNCLEAR
        if not told[SOURCES]:
            return rules.UNREACHABLE
        return rules.judged(transfer, asset, told) if asset else UNCLEAR

    async def show_security(self, request: Request) -> Response:
        """The checklist."""
        return _security(request, (), None)

    async def security(self, request: Request) -> Response:
        """What the ticked boxes call for; nothing is kept. Raises ProblemError 403, 429."""
        form = await self._form(request)
        ticked = tuple(str(name) for name in form.getlist("ticked"))
        return _security(request, ticked, _helped(rules.security(ticked)))

    async def show_kyc(self, request: Request) -> Response:
        """What an identity check needs."""
        return _page("kyc", request, "/check/kyc", verdict=None, wrong=False)

    async def kyc(self, request: Request) -> Response:
        """How far one account's identity check is, for whoever holds a token that says so.

        A customer's own token names the account; staff name it. 404 for a token of no account:
        the exchange gives its customers one that is. Raises ProblemError 403, 429.
        """
        form = await self._form(request)
        token = request.headers.get("authorization") or f"Bearer {form.get('token', '')}"
        try:
            found = verify(self.key, token, datetime.now(UTC))
        except ProblemError:
            return _page("kyc", request, "/check/kyc", 401, verdict=None, wrong=True)
        found.require({OWN, *STAFF})
        user = _text(form, "user_id") if found.roles & STAFF else found.subject
        if user.startswith(ELSEWHERE):
            return _page("kyc", request, "/check/kyc", 404, verdict=None, wrong=True)
        return _page(
            "kyc", request, "/check/kyc", verdict=_helped(await self._kyc(user)), wrong=False
        )

    async def _kyc(self, user: str) -> Verdict:
        try:
            account = await self.sources.exchange.account(user) if user else None
        except (TransientError, Refused):
            return UNCLEAR
        return rules.identity(account.kyc) if account else Verdict("start", "wait", {})

    async def _form(self, request: Request) -> FormData:
        html.own_form(request)
        self.rate.count(request)
        return await read_form(request, 30)


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()[:LONGEST]


def _helped(verdict: Verdict) -> Verdict:
    if verdict is not UNCLEAR:
        HELPED.labels("check").inc()
    return verdict


def _deposit(request: Request, transfer: Transfer, verdict: Verdict | None) -> Response:
    values: dict[str, Any] = {"transfer": transfer, "verdict": verdict, "networks": rules.NETWORKS}
    return _page("deposit", request, "/check/deposit", **values)


def _security(request: Request, ticked: tuple[str, ...], verdict: Verdict | None) -> Response:
    lists = {"signs": rules.SIGNS, "habits": rules.HABITS}
    values: dict[str, Any] = {"ticked": ticked, "verdict": verdict, **lists}
    return _page("security", request, "/check/security", **values)


def _page(template: str, request: Request, here: str, status: int = 200, **values: Any) -> Response:
    frame = html.framed(request, "services.investigation.checks", "words", here)
    return html.page(_templates, template, status, **frame, **values)
