"""Token transfers as ERC-20 writes them, in logs and in calls; TRON's TRC-20 is the same."""

from dataclasses import dataclass

from services.investigation.playbooks.answers import hex_bytes, items

# Transfer(address,address,uint256). ERC-721 uses the same name with a fourth topic.
TRANSFER = bytes.fromhex("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
TOPICS = 3
# transfer(address,uint256), transferFrom(address,address,uint256): which word is the recipient.
RECIPIENT = {bytes.fromhex("a9059cbb"): 0, bytes.fromhex("23b872dd"): 1}
SELECTOR, WORD, ADDRESS = 4, 32, 20


@dataclass(frozen=True)
class Moved:
    """Units of a token for an account of 20 bytes."""

    to: bytes
    units: int


def logged(log: dict[str, object]) -> Moved | None:
    """The transfer that a log entry records; None for any other entry, and for one of nothing."""
    topics = [hex_bytes(topic) for topic in items(log.get("topics"))]
    if log.get("removed") is True or len(topics) != TOPICS or topics[0] != TRANSFER:
        return None
    return _moved(topics[2], hex_bytes(log.get("data")))


def asked(call: bytes) -> Moved | None:
    """The transfer that a call asks of a token; None for any other call."""
    first = RECIPIENT.get(call[:SELECTOR])
    words = [call[at : at + WORD] for at in range(SELECTOR, len(call), WORD)]
    if first is None or len(words) < first + 2:
        return None
    return _moved(words[first], words[first + 1])


def _moved(recipient: bytes, amount: bytes) -> Moved | None:
    units = int.from_bytes(amount[:WORD], "big")
    whole = len(recipient) == WORD and len(amount) >= WORD
    return Moved(recipient[-ADDRESS:], units) if whole and units else None
