"""Private keys: known by their own form or checksum, and bare digits by the word beside them."""

import re
from base64 import b32decode
from collections.abc import Collection, Iterator

from shared.rules import base58
from shared.rules.addresses import parse_address
from shared.rules.secrets.spans import Page, Span, cue_after, cue_before

KIND, API_KIND = "private-key", "api-secret"
NEAR = 60  # characters between a cue and its key
API_SHORTEST, KEY_SHORTEST, LONGEST = 16, 43, 140
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LINES = re.compile(r"(?:\s*[A-Za-z0-9+/=]{16,80}(?![^\s]))*")
_END = re.compile(r"-----END [A-Z0-9 ]{0,50}-----")
_EXTENDED = re.compile(r"(?<![0-9A-Za-z])[xyztuvYZUV]prv[1-9A-HJ-NP-Za-km-z]{40,112}")
_KEY_PAIR = re.compile(r"\[(?:\s*\d{1,3}\s*,){63}\s*\d{1,3}\s*\]")  # a Solana wallet's file
_RUN = re.compile(r"(?<![0-9A-Za-z+/=_-])[0-9A-Za-z+/_-][0-9A-Za-z+/=_-]{15,200}(?![0-9A-Za-z])")
_VARIED = re.compile(r"(?=.*\d)(?=.*[a-z])", re.IGNORECASE)
# Version bytes and length of what Base58Check holds: WIF (mainnet, testnet), BIP-38.
_CHECKED = {
    *((b"\x80", 33), (b"\x80", 34), (b"\xef", 33), (b"\xef", 34)),
    *((b"\x01\x42", 39), (b"\x01\x43", 39)),
}
_FAMILY = {(b"\x21", 17), (b"\x01\xe1\x4b", 19)}  # the XRP Ledger's seeds
_FAMILY_LONGEST = 32  # characters in Base58
_STELLAR = re.compile(r"S[A-Z2-7]{55}")  # SEP-23: version byte 18 << 3, CRC-16


def find_keys(page: Page) -> Iterator[Span]:
    """The keys; a transaction id or an address is none, unless words say that it is."""
    yield from _blocks(page.plain)
    for pattern in (_EXTENDED, _KEY_PAIR):
        yield from (Span(*match.span(), KIND) for match in pattern.finditer(page.plain))
    for match in _RUN.finditer(page.plain):
        kind = KIND if _checked(match[0]) else _called(page, match)
        if kind:
            yield Span(*match.span(), kind)


def _blocks(plain: str) -> Iterator[Span]:
    """PEM (RFC 7468), also where its end was lost."""
    done = 0
    for begin in _BEGIN.finditer(plain):
        if begin.start() < done:
            continue
        lines = _LINES.match(plain, begin.end())
        done = lines.end() if lines else begin.end()
        end = _END.search(plain, done, done + 200)
        done = end.end() if end else done
        yield Span(begin.start(), done, KIND)


def _checked(run: str) -> bool:
    """Whether the run says of itself, by version and checksum, that it is a secret key."""
    if _STELLAR.fullmatch(run):
        return b32decode(run)[0] == 18 << 3
    if len(run) in (51, 52, 58):
        return _holds(base58.decode_check(run), _CHECKED)
    if run[0] == "s" and len(run) <= _FAMILY_LONGEST:
        return _holds(base58.decode_check(run, base58.XRP_LEDGER), _FAMILY)
    return False


def _holds(body: bytes | None, kinds: Collection[tuple[bytes, int]]) -> bool:
    return body is not None and any(body.startswith(v) and len(body) == n for v, n in kinds)


def _called(page: Page, match: re.Match[str]) -> str | None:
    """What the nearest words call it: those before it, then those behind."""
    cue = cue_before(page, match.start(), NEAR) or cue_after(page, match.end(), NEAR)
    run = match[0]
    if cue is None or len(run) > LONGEST or not _VARIED.match(run) or parse_address(run):
        return None
    if cue.concept in ("private_key", "seed") and len(run) >= KEY_SHORTEST:
        return KIND
    return API_KIND if cue.concept == "api_secret" else None
