"""Articles as Markdown files with front matter, one folder for each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml
from pydantic import BaseModel, ConfigDict

from shared.events.base import Category
from shared.pages.languages import FALLBACK, LANGUAGES

_FENCE = "---\n"


class Article(BaseModel):
    """An approved article; `text` is Markdown, `keywords` are what customers call the matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: str
    category: Category
    title: str
    approved: date
    keywords: tuple[str, ...]
    text: str


def parse(source: str) -> Article:
    """An article from its file. Raises ValueError where the front matter is not whole."""
    before, fence, rest = source.partition(_FENCE)
    head, end, text = rest.partition(f"\n{_FENCE}")
    if before or not fence or not end:
        raise ValueError("no front matter")
    return Article.model_validate({**yaml.safe_load(head), "text": text.strip() + "\n"})


def articles(language: str) -> Mapping[str, Article]:
    """The articles of a language by their id; none where nobody wrote any.

    The name may be anything that a customer's program says: only ours are looked for and kept.
    """
    return _written(language) if language in LANGUAGES else MappingProxyType({})


@cache
def _written(language: str) -> Mapping[str, Article]:
    folder = files("shared.knowledge") / "texts" / language
    if not folder.is_dir():
        return MappingProxyType({})
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".md"))
    found = [parse((folder / name).read_text("utf-8")) for name in names]
    return MappingProxyType({one.id: one for one in found})


def article(name: str, language: str) -> Article | None:
    """The article of that id, in English where it is not written in the language."""
    return articles(language).get(name) or articles(FALLBACK).get(name)
