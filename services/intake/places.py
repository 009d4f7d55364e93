"""Where servers listen or are asked: host:port as a setting writes it."""

from __future__ import annotations

import re

from shared.errors import UsageError

HIGHEST = 65_535


def host_port(place: str, setting: str) -> tuple[str, int]:
    """The two parts; an IPv6 address stands in brackets (RFC 3986, 3.2.2), which are no part.

    Raises UsageError naming the setting.
    """
    host, _, port = place.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or not re.fullmatch("[0-9]{1,5}", port) or int(port) > HIGHEST:
        raise UsageError(f"{setting} is host:port")
    return bare, int(port)
