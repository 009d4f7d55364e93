"""The register as CSV and as JSON; the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shared.report.page import Places
from shared.report.register.row import Row

COLUMNS = (*(column.name for column in fields(Row)), "independent")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(rows: Sequence[Row], places: Places) -> str:
    """The rows, the policies they were handled under, and the offsets they were read from."""
    content = {"register": [_plain_row(row) for row in rows], **_source(rows, places)}
    return json.dumps(content, indent=1, ensure_ascii=False)


def as_csv(rows: Sequence[Row], places: Places) -> str:
    """One line a complaint, as RFC 4180 has it, lists as JSON; above it where it was read from.

    The lines above begin with `#`. A cell that a spreadsheet would take for a formula gets an
    apostrophe (OWASP, CSV injection).
    """
    out = io.StringIO()
    source = _source(rows, places)
    out.writelines(f"# policy {version}\n" for version in source["policies"])
    out.writelines(f"# counted from {place} {range_}\n" for place, range_ in places.items())
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in _plain_row(row).values()])
    return out.getvalue()


def _source(rows: Sequence[Row], places: Places) -> dict[str, Any]:
    policies = sorted({version for row in rows for version in row.policies})
    return {"policies": policies, "log": dict(places)}


def _plain_row(row: Row) -> dict[str, Any]:
    return {column: plain(getattr(row, column)) for column in COLUMNS}


def plain(value: Any) -> Any:
    """A value as JSON holds it: instants in UTC, amounts as decimal text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
