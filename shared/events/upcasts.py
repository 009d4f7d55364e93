"""Old versions of events, and how a reader makes the next version of each. Pure.

The bytes in the log stay as they are, and with them every hash; only the reader's view is new. A
version that was released once is read for ever: see decision 18.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.errors import PoisonError

Data = Mapping[str, Any]
Upcast = Callable[[Data], Data]
UPCASTS: dict[str, tuple[str, Upcast]] = {}
"""By retired version: the version after it, and how the one's data becomes the other's."""


def current(body: dict[str, Any]) -> dict[str, Any]:
    """A CloudEvent as the newest version of its type.

    Raises PoisonError where the data is not what its version had.
    """
    while (step := UPCASTS.get(body["type"])) is not None:
        name, upcast = step
        schema = f"urn:redress:schema:{name}"
        body = {**body, "type": name, "dataschema": schema, "data": _made(upcast, body.get("data"))}
    return body


def _made(upcast: Upcast, data: Any) -> Data:
    try:
        return upcast(data)
    except (AttributeError, LookupError, TypeError, ValueError):
        # Without the cause: it would repeat what stands in the event.
        raise PoisonError("schema_invalid", "data of an old version") from None
