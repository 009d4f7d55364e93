"""Probes and metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.sandbox.database import Data

router = APIRouter()


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(data: Data) -> dict[str, str]:
    """The database answers too; 503 when it does not."""
    await data.command("ping")
    return {"status": "ready"}


@router.get("/metrics", response_model=None)
async def metrics() -> Response:
    """What Prometheus reads."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
