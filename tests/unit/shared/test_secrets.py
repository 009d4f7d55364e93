"""Secrets: what is taken out of a customer's words, and what must never be."""

import hashlib
import re
from pathlib import Path
from string import Template

import pytest
import yaml
from mnemonic import Mnemonic

from shared.rules import base58
from shared.rules.secrets import MARKS, mask

LANGUAGES = {"EN": "english", "ZH_OPEN": "chinese_simplified", "JA": "japanese", "KO": "korean"} | {
    "RU": "russian",
    "ES": "spanish",
    "FR": "french",
}


def _bytes(name):
    return hashlib.sha256(name.encode()).digest()


def _values():
    seeds = {
        f"SEED_{key}": Mnemonic(name).to_mnemonic(_bytes(name)[:16])
        for key, name in LANGUAGES.items()
    }
    extended = bytes.fromhex("0488ade4") + bytes(9) + _bytes("chain") + b"\0" + _bytes("extended")
    label = "PRIVATE KEY-----"
    return seeds | {
        "SEED_ZH": seeds["SEED_ZH_OPEN"].replace(" ", ""),
        "HEX_KEY": _bytes("key").hex(),
        "WIF": base58.encode_check(b"\x80" + _bytes("key") + b"\x01"),
        "WIF5": base58.encode_check(b"\x80" + _bytes("other")),
        "XPRV": base58.encode_check(extended),
        "FAMILY": base58.encode_check(b"\x21" + _bytes("f")[:16], base58.XRP_LEDGER),
        "PEM": f"-----BEGIN EC {label}\nMHcCAQEEIIGL9u1gRwTw7HZ0\n-----END EC {label}",
        "TXID": _bytes("tx").hex(),
        "TXID2": _bytes("tx2").hex(),
        "EVM": "0x" + _bytes("evm")[:20].hex(),
        "BTC": base58.encode_check(b"\0" + _bytes("btc")[:20]),
        "TRON": base58.encode_check(b"\x41" + _bytes("tron")[:20]),
        "SOLTX": base58.encode(_bytes("sol") + _bytes("tx")),
        "SOLADDR": base58.encode(_bytes("solana")),
    }


VALUES = _values()
CASES = [
    (language, text)
    for language, texts in yaml.safe_load(
        (Path(__file__).parent / "data" / "secrets.yaml").read_text("utf-8")
    ).items()
    for text in texts
]
_SECRET = re.compile("«([^»]+)»")
_MARKS = re.compile("|".join(map(re.escape, MARKS.values())))


def _made(text):
    """The message, its secrets, and what must stay of it, in pieces."""
    made = Template(text).substitute(VALUES)
    return _SECRET.sub(r"\1", made), _SECRET.findall(made), re.split("«[^»]+»", made)


def test_the_set_is_large_and_speaks_eight_languages():
    with_secret = [text for _, text in CASES if "«" in text]

    assert len(CASES) >= 200
    assert len({language for language, _ in CASES}) == 8
    assert min(len(with_secret), len(CASES) - len(with_secret)) >= 90


@pytest.mark.parametrize(("language", "text"), CASES)
def test_secrets_go_and_all_else_stays(language, text):
    written, secrets, rest = _made(text)

    masked = mask(written)

    assert _MARKS.split(masked.text) == rest, language
    assert bool(masked.kinds) == bool(secrets)
    assert mask(masked.text) == type(masked)(masked.text)
