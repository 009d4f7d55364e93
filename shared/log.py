"""Logs: one JSON object a line, from an allow-list of keys that hold no personal data."""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

from shared.traceparent import trace_id

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "name",
        "service",
        "stage",
        "lane",
        "complaint_id",
        "event_id",
        "event_type",
        "correlation_id",
        "causation_id",
        "trace_id",
        "topic",
        "partition",
        "offset",
        "group",
        "records",
        "changed",
        "count",
        "duplicates",
        "dead_letters",
        "parked",
        "seconds",
        "reason",
        "kind",
        "url",
        "port",
        "pid",
        "path",
        "status",
        "policy",
        "where",
        "error_class",
        "attempts",
        "channel",
    }
)
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_shown = {"from": 20}  # changed while the process runs, so no logger may remember it


def configure(level: str, service: str) -> None:
    """Set up logging for this process; foreign loggers show warnings only."""
    show(level)
    structlog.configure(
        processors=[
            _shown_only,
            structlog.contextvars.merge_contextvars,
            _trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_class,
            _allowed_only,
            structlog.processors.JSONRenderer(serializer=lambda x, **_: orjson.dumps(x).decode()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS["debug"]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)


def show(level: str) -> None:
    """Show lines of this level and above from now on."""
    _shown["from"] = _LEVELS[level]


def verbose() -> bool:
    """Whether lines of the level debug are shown: worth asking before many are made."""
    return _shown["from"] <= _LEVELS["debug"]


def on_signals(level: str) -> None:
    """SIGUSR1 shows everything, SIGUSR2 what is configured (`level`). Of the main thread alone."""
    signal.signal(signal.SIGUSR1, lambda *_: show("debug"))
    signal.signal(signal.SIGUSR2, lambda *_: show(level))


def get_logger(name: str) -> Any:
    """A logger whose lines carry `name`."""
    return structlog.get_logger(name=name)


def _shown_only(_: Any, name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if _LEVELS.get(name, _LEVELS["error"]) < _shown["from"]:
        raise structlog.DropEvent
    return line


def _trace(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if complaint := line.get("complaint_id"):
        line["trace_id"] = trace_id(str(complaint))
    return line


def _allowed_only(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in line.items() if key in ALLOWED}


def _exception_class(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if line.pop("exc_info", None):
        kind, error, trace = sys.exc_info()
        frames = traceback.extract_tb(trace)[-6:]
        line["error_class"] = kind.__name__ if kind else ""
        line["reason"] = getattr(error, "slug", line.get("reason", ""))
        line["where"] = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))
    return line


class _Forward(logging.Handler):
    """Libraries' warnings as our lines, without their text, which may quote input."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger().warning(
            "a library warned", name=record.name, where=record.funcName, error_class=kind
        )
