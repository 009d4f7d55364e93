"""Reading recorded answers of a node: each reader gives one plain value or says it is unclear."""

import re
from collections.abc import Mapping

OK, NOT_FOUND = 200, 404
LARGEST = 1 << 256
HEX_NUMBER = re.compile(r"0x[0-9a-fA-F]{1,64}\Z")
HEX_BYTES = re.compile(r"(0x)?([0-9a-fA-F]{2})*\Z")
DIGITS = re.compile(r"[0-9]{1,77}\Z")
Answers = Mapping[str, object]


class UnclearError(ValueError):
    """An answer is missing, is no answer, or has not the shape that its API promises."""


def body(answer: object) -> object:
    """What an HTTP answer carries, or a bare answer itself; None where the node says 404."""
    if not isinstance(answer, dict) or type(answer.get("status")) is not int:
        return answer
    if answer["status"] == NOT_FOUND:
        return None
    carried = answer.get("json", answer.get("text"))
    if answer["status"] != OK or carried is None:
        raise UnclearError
    return carried


def http_body(answers: Answers, request: str) -> object:
    """The body of a recorded HTTP request; None where the node says 404."""
    return body(recorded(answers, request))


def rpc_result(answers: Answers, method: str) -> object:
    """The result of a recorded JSON-RPC call, bare, in its envelope or in an HTTP answer."""
    answer = recorded(answers, method)
    carried = body(answer)
    if not isinstance(carried, dict):
        if carried is None and answer is not None:
            raise UnclearError  # 404 is the server's word about its address, not about a call
        return carried
    if carried.get("error") is not None:
        raise UnclearError
    return carried.get("result") if {"result", "jsonrpc"} & carried.keys() else carried


def recorded(answers: Answers, request: str) -> object:
    """What was recorded for a request, whose `{…}` may stand for itself or for any one word."""
    if request in answers:
        return answers[request]
    shape = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(request)) + r"\Z")
    for name, answer in answers.items():
        if shape.match(name):
            return answer
    raise UnclearError


def fields(value: object) -> dict[str, object]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise UnclearError
    return value


def items(value: object) -> list[object]:
    """A JSON array."""
    if not isinstance(value, list):
        raise UnclearError
    return value


def text(value: object) -> str:
    """A JSON string."""
    if not isinstance(value, str):
        raise UnclearError
    return value


def whole(value: object) -> int:
    """A whole number that is not negative, as a JSON number or in decimal digits."""
    if isinstance(value, str) and DIGITS.match(value.strip()):
        value = int(value)
    if type(value) is not int or not 0 <= value < LARGEST:
        raise UnclearError
    return value


def hex_whole(value: object) -> int:
    """A whole number as Ethereum writes it: `0x` and hexadecimal digits."""
    if not HEX_NUMBER.match(text(value)):
        raise UnclearError
    return int(text(value), 16)


def hex_bytes(value: object) -> bytes:
    """Bytes in hexadecimal, with or without `0x`."""
    if not HEX_BYTES.match(text(value)):
        raise UnclearError
    return bytes.fromhex(text(value).removeprefix("0x"))
