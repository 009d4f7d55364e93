"""The channels of a local installation: an app, a social network and a bot, all in the sandbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.local.folders import write_private

FILE = "channels.json"
SIGNALS = "exchange"


def secret_of(account: str, key: str) -> str:
    """The webhook secret of an account, made from the installation's own token key (hex)."""
    digest = hmac.digest(bytes.fromhex(key), f"channel {account}".encode(), hashlib.sha256)
    return f"whsec_{base64.b64encode(digest[:24]).decode()}"


def bot_secret(key: str) -> str:
    """What Telegram would send in `X-Telegram-Bot-Api-Secret-Token`."""
    return hmac.digest(bytes.fromhex(key), b"channel bot", hashlib.sha256).hex()


def write(folder: Path, secrets: Mapping[str, str], sandbox: str) -> Path:
    """Write the accounts' file, readable by its owner only; returns where it is."""
    key = secrets["REDRESS_TOKEN_KEY"]
    accounts: dict[str, dict[str, Any]] = {
        name: {
            "kind": kind,
            "secrets": [{"secret": secret_of(name, key)}],
            "answer_url": f"{sandbox}/channels/{name}",
        }
        for name, kind in (("app", "in_app"), ("crowd", "social"))
    }
    accounts["bot"] = {
        "kind": "telegram",
        "secrets": [{"secret": bot_secret(key)}],
        "token": "1:local",
        "bot": "redress_bot",
        "api_url": f"{sandbox}/telegram",
    }
    accounts[SIGNALS] = {"kind": "exchange", "secrets": [{"secret": secret_of(SIGNALS, key)}]}
    file = folder / FILE
    write_private(file, json.dumps(accounts, indent=2))
    return file
