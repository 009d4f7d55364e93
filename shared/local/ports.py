"""Free loopback ports, held for as long as a stack lives and remembered for the next time."""

import json
import socket
from pathlib import Path
from typing import Self

from shared.errors import UsageError

LOOPBACK = "127.0.0.1"


class Ports:
    """Ports by name, each held by a bound socket that never listens.

    So no other program gets the port while its server is down; the server itself may bind it too,
    since both set SO_REUSEADDR. A name gets its port of last time when that is still free.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: dict[str, socket.socket] = {}
        try:
            self._last: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._last = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def hold(self, name: str, wanted: int = 0) -> int:
        """The port of `name`; UsageError when it has to be `wanted` and that is taken."""
        if name in self._held:
            return self._port(name)
        for port in (wanted,) if wanted else (self._last.get(name, 0), 0):
            if held := _bound(port):
                self._held[name] = held
                self._remember(name)
                return self._port(name)
        raise UsageError(f"port {wanted} is taken: choose another with --port, or leave it out")

    def close(self) -> None:
        """Give all ports back."""
        while self._held:
            self._held.popitem()[1].close()

    def _port(self, name: str) -> int:
        port: int = self._held[name].getsockname()[1]
        return port

    def _remember(self, name: str) -> None:
        self._last[name] = self._port(name)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._last), encoding="utf-8")


def _bound(port: int) -> socket.socket | None:
    """A socket bound to `port` (0: any free one), or None when it is taken."""
    holder = socket.socket()
    try:
        if port:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, port))
        holder.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # from now on the server may too
    except OSError:
        holder.close()
        return None
    return holder
