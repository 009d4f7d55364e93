"""Whom and what a letter names outside our house: a chain's public page, and who else may help."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.rules.calendars import pack


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Page(_Part):
    since: date
    url: Annotated[str, StringConstraints(pattern=r"^https://[^{}\s]+\{txid\}$")]


class _Network(_Part):
    label: str
    form: str
    pages: tuple[_Page, ...]


class _Explorers(_Part):
    version: str
    forms: dict[str, str]
    networks: dict[str, _Network]


def _read(name: str) -> object:
    return yaml.safe_load((files("services.notify.data") / f"{name}.yaml").read_text("utf-8"))


_EXPLORERS = _Explorers.model_validate(_read("explorers"))
_BY_LABEL = {one.label.lower(): name for name, one in _EXPLORERS.networks.items()}


def network_name(code: str) -> str:
    """A network as people call it; what is not known stays as it is."""
    known = _EXPLORERS.networks.get(code)
    return known.label if known else code


def explorer_link(network: object, txid: object, day: date) -> str | None:
    """Where anybody can see the transaction; None for an unknown network or a malformed id.

    `network` is its code or its name; the page is the one in force on `day`.
    """
    code = _BY_LABEL.get(str(network).lower(), str(network))
    known = _EXPLORERS.networks.get(code)
    well_formed = known and re.fullmatch(_EXPLORERS.forms[known.form], str(txid))
    if known is None or not well_formed:
        return None
    pages = [page for page in known.pages if page.since <= day]
    return max(pages, key=lambda p: p.since).url.format(txid=well_formed[1]) if pages else None


def body_of(jurisdiction: str) -> str | None:
    """The one body outside that a jurisdiction names, with its address; None where none is."""
    return pack(jurisdiction).outside_body
