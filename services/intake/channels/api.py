"""The routes of the channels that other systems and staff bring messages by."""

from __future__ import annotations

from fastapi import APIRouter

from services.intake.channels.bot_files import BotFiles
from services.intake.channels.calls import Calls
from services.intake.channels.set_aside import SetAside
from services.intake.channels.telegram import Telegram
from services.intake.channels.threads import Threads
from services.intake.channels.webhooks import Webhooks
from services.intake.desk import desk
from shared.channels import load
from shared.runner.app import Wiring

CHANNEL = "/v1/channels/{account}"


def router(wiring: Wiring) -> APIRouter:
    """The routes; the stage's door must be open. Raises UsageError on a bad file of accounts."""
    settings = wiring.settings
    accounts = load(settings.channels, loopback=settings.channels_loopback)
    found = desk(wiring)
    key, public_url = settings.token_key.get_secret_value(), settings.public_url.rstrip("/")
    threads = Threads(found, wiring.database["intake_threads"])
    aside = SetAside(found, wiring.database["intake_set_aside"])
    webhooks = Webhooks(accounts, threads, aside, key, public_url)
    bot = Telegram(accounts, threads, aside, BotFiles(wiring.http), public_url)
    calls = Calls(found, key)
    routes = APIRouter(tags=["channels"])
    for path, route, status in (
        (f"{CHANNEL}/messages", webhooks.messages, 202),
        (f"{CHANNEL}/posts", webhooks.posts, 202),
        (f"{CHANNEL}/signals", webhooks.signals, 202),
        (f"{CHANNEL}/telegram", bot.updates, 200),
        ("/v1/calls", calls.record, 202),
    ):
        routes.add_api_route(path, route, methods=["POST"], status_code=status)
    return routes
