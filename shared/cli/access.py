"""The copy of all that is kept of a person, put into a folder: for programs, and to be read."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.cli.persons import NOBODY, Person
from shared.errors import TransientError, UsageError

PAGE, DATA, FILES = "access.html", "access.json", "files"
HERE = Path(__file__).parent
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 80


def write(person: Person, out: Path) -> int:
    """Write the folder; returns how many complaints it tells of.

    The folder appears only when it is complete. Raises UsageError, TransientError.
    """
    if out.exists():
        raise UsageError("the folder exists already; give a new one")
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(mode=0o700, parents=True)
        told = _told(person, part)
        (part / DATA).write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
        (part / PAGE).write_text(page_of(told), "utf-8")
        part.rename(out)
    except OSError as error:
        raise UsageError("the folder cannot be written") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(told["complaints"])


def _told(person: Person, part: Path) -> dict[str, Any]:
    found = [_complaint(person, one, part) for one in person.complaints()]
    if not found:
        raise UsageError(NOBODY)
    return {
        "person": person.person,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "accounts": person.accounts(),
        "information": yaml.safe_load((HERE / "access.yaml").read_text("utf-8")),
        "complaints": sorted(found, key=lambda one: (one["received_at"] or "", one["reference"])),
    }


def _complaint(person: Person, one: dict[str, Any], part: Path) -> dict[str, Any]:
    name = quote(one["complaint_id"])
    answer = person.get(f"/v1/complaints/{name}/copy")
    if answer is None:
        raise TransientError("a complaint is still on its way; try again in a moment")
    copy: dict[str, Any] = answer.json()
    for file in copy["files"]:
        path = f"/v1/complaints/{name}/attachments/{file['sha256']}"
        found = person.get(path) if file["status"] == "clean" else None
        file["stored_as"] = _stored_as(one["reference"], file) if found else None
        if found:
            kept = part / file["stored_as"]
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(found.content)
    known = {field: one[field] for field in ("reference", "received_at", "standing")}
    return {**known, **copy}


def _stored_as(reference: str, file: dict[str, Any]) -> str:
    """Where a file goes: its name is somebody's own choice, so only plain signs of it stay."""
    plain = _UNSAFE.sub("_", file["name"]).lstrip(".")[-_LONGEST:]
    return f"{FILES}/{_UNSAFE.sub('_', reference)}/{file['sha256'][:12]}-{plain}"


def page_of(told: dict[str, Any]) -> str:
    """The page to read it by; it fetches nothing and runs nothing."""
    pages = Environment(
        loader=PackageLoader("shared.cli"), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template(PAGE).render(**told)
