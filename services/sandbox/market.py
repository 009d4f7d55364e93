"""Assets, prices and incidents: what is true for every customer."""

import json
from datetime import datetime
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from pymongo import ReplaceOne

from services.sandbox.database import Data
from services.sandbox.problems import ProblemError
from services.sandbox.shapes import Incident, PriceSeed, TierSeed
from shared.connectors.futures import Prices, TierTable
from shared.connectors.models import Asset, Moment
from shared.connectors.trading import Book, Fill

router = APIRouter()

ASSETS = TypeAdapter(dict[str, Asset]).validate_python(
    json.loads(files("services.sandbox").joinpath("data/assets.json").read_bytes())
)
_SERIES = ("mark", "last", "index")

From = Annotated[Moment, Query(alias="from")]
To = Annotated[Moment, Query(alias="to")]


@router.get("/v1/assets/{code}")
async def asset(code: str) -> Asset:
    """What a deposit of the asset needs."""
    if code not in ASSETS:
        raise ProblemError(404, "unknown_asset", "no such asset")
    return ASSETS[code]


@router.get("/v1/prices/{symbol}")
async def prices(symbol: str, start: From, end: To, data: Data) -> Prices:
    """The symbol's series, both ends included."""
    if await data.prices.find_one({"symbol": symbol}, {"_id": 1}) is None:
        raise ProblemError(404, "unknown_symbol", "no such symbol")
    series: dict[str, list[tuple[datetime, str]]] = {name: [] for name in _SERIES}
    match = {"symbol": symbol, "at": {"$gte": start, "$lte": end}}
    async for point in data.prices.find(match).sort("at", 1):
        series[point["series"]].append((point["at"], point["price"]))
    return Prices.model_validate(series)


@router.get("/v1/margin-tiers/{symbol}")
async def tiers(symbol: str, at: Moment, data: Data) -> TierTable:
    """The symbol's margin table in force at `at`."""
    match = {"symbol": symbol, "since": {"$lte": at}}
    document = await data.tiers.find_one(match, sort=[("since", -1)])
    if document is None:
        raise ProblemError(404, "unknown_tiers", "no margin table of that time")
    return TierTable.model_validate(document["wire"])


@router.get("/v1/books/{symbol}")
async def book(symbol: str, at: Moment, data: Data) -> Book:
    """The symbol's newest order book that is not after `at`."""
    match = {"symbol": symbol, "at": {"$lte": at}}
    document = await data.books.find_one(match, sort=[("at", -1)])
    if document is None:
        raise ProblemError(404, "unknown_book", "no order book of that time")
    return Book.model_validate(document["wire"])


@router.get("/v1/orders/{order_id}/fills")
async def fills(order_id: str, data: Data) -> list[Fill]:
    """What was carried out of an order, oldest first."""
    found = data.fills.find({"order_id": order_id}).sort("at", 1)
    return [Fill.model_validate(document["wire"]) async for document in found]


@router.get("/v1/incidents")
async def incidents(start: From, end: To, data: Data) -> list[Incident]:
    """The incidents that touch the time asked for."""
    match = {
        "started_at": {"$lte": end},
        "$or": [{"ended_at": None}, {"ended_at": {"$gte": start}}],
    }
    found = data.incidents.find(match, {"_id": 0}).sort("started_at", 1)
    return [Incident.model_validate(document) async for document in found]


@router.post("/sandbox/prices", status_code=204)
async def seed_prices(seed: PriceSeed, data: Data) -> None:
    """Add points to a symbol's series; a point of the same time is replaced."""
    points = [
        {"symbol": seed.symbol, "series": name, "at": at, "price": format(price, "f")}
        for name in _SERIES
        for at, price in getattr(seed, name)
    ]
    writes = [
        ReplaceOne({k: p[k] for k in ("symbol", "series", "at")}, p, upsert=True) for p in points
    ]
    if writes:
        await data.prices.bulk_write(writes, ordered=False)


@router.post("/sandbox/margin-tiers", status_code=204)
async def seed_tiers(seed: TierSeed, data: Data) -> None:
    """Show a symbol's margin table; one of the same instant is replaced."""
    place = {"symbol": seed.symbol, "since": seed.since}
    document = {**place, "wire": seed.model_dump(mode="json")}
    await data.tiers.replace_one(place, document, upsert=True)


@router.post("/sandbox/incidents", status_code=204)
async def seed_incident(seed: Incident, data: Data) -> None:
    """Show an incident, or change it."""
    await data.incidents.replace_one({"id": seed.id}, seed.model_dump(), upsert=True)
