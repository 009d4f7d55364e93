"""Accounts and what belongs to them, as the exchange's staff interface shows them."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.sandbox import deposits, ledger
from services.sandbox.actions import receipt
from services.sandbox.database import Data, Document, now
from services.sandbox.problems import ProblemError
from services.sandbox.shapes import AccountSeed, Taken
from shared.connectors.models import Account, Deposit
from shared.rules.addresses import parse_address

router = APIRouter()


class Search(Taken):
    """Personal data, so it stands in a body and never in a URL."""

    email: str


class Found(BaseModel):
    """The accounts that match a search."""

    accounts: list[Account]


class Owner(BaseModel):
    """Whose deposit address it is."""

    user_id: str


@router.get("/v1/accounts/{user_id}")
async def account(user_id: str, data: Data) -> Account:
    """The account as it stands now."""
    document = await data.accounts.find_one({"_id": user_id})
    if document is None:
        raise ProblemError(404, "unknown_account", "no such account")
    return await _standing(data, document)


@router.post("/v1/accounts/search")
async def search(wanted: Search, data: Data) -> Found:
    """The accounts whose present e-mail address this is; its case is ignored."""
    documents = await data.accounts.find({"email_key": wanted.email.lower()}).to_list(100)
    return Found(accounts=[await _standing(data, document) for document in documents])


@router.get("/v1/accounts/{user_id}/deposits")
async def deposits_of(user_id: str, data: Data) -> list[Deposit]:
    """The deposits of an account."""
    return await deposits.rows(data, {"user_id": user_id})


@router.get("/v1/deposit-addresses/{address}")
async def owner_of(address: str, data: Data) -> Owner:
    """Whose deposit address this is, however its network lets it be spelled."""
    document = await data.accounts.find_one({"addresses": _spelled(address)}, {"_id": 1})
    if document is None:
        raise ProblemError(404, "unknown_address", "not an address of the exchange")
    return Owner(user_id=document["_id"])


@router.put("/sandbox/accounts/{user_id}", status_code=204)
async def seed_account(user_id: str, seed: AccountSeed, data: Data) -> None:
    """Open an account or change it; what the ledger holds for it stays."""
    if seed.user_id != user_id:
        raise ProblemError(422, "invalid_request", "user_id differs from the path")
    document = {
        "email_key": seed.email.lower(),
        "addresses": [_spelled(address) for address in seed.deposit_addresses.values()],
        "wire": seed.model_dump(mode="json"),
    }
    await data.accounts.replace_one({"_id": user_id}, document, upsert=True)


def _spelled(address: str) -> str:
    parsed = parse_address(address)
    return address if parsed is None else parsed.canonical


async def _standing(data: Data, document: Document) -> Account:
    opening = Account.model_validate(document["wire"])
    entries = [receipt(entry) async for entry in data.ledger.find({"user_id": opening.user_id})]
    restrictions = ledger.restrictions(opening.restrictions, entries, now())
    balances = ledger.balances(opening.balances, entries)
    return opening.model_copy(update={"restrictions": restrictions, "balances": balances})
