"""What a reader of events may rely on for ever, and which changes of a schema break it.

Fields and code values are added, as optional ones. A field that is removed, renamed, retyped, no
longer always there, newly demanded or narrower breaks readers of new events or of old ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from math import inf
from pathlib import Path
from typing import Any

from shared.contract import FOLDER

RELEASED = FOLDER.parent / "released.json"
Facts = Mapping[str, Mapping[str, Any]]
"""By the path of a field, what its schema says: types, required, enum, bounds."""
MOST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
LEAST = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
SAME = ("format", "pattern", "const")


def facts(schema: Mapping[str, Any]) -> Facts:
    """The facts of a JSON Schema, references followed; a type within itself is followed once."""
    return dict(_walk(schema, schema.get("$defs", {}), "", ()))


def _walk(
    part: Mapping[str, Any], named: Mapping[str, Any], path: str, inside: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in _choices(part):
        name = str(one.get("$ref", "")).rpartition("/")[2]
        if name and name in inside:
            continue
        found, within = (named[name], (*inside, name)) if name else (one, inside)
        if name:
            yield from _walk(found, named, path, within)
            continue
        for field, inner in sorted(found.get("properties", {}).items()):
            place = f"{path}.{field}".lstrip(".")
            yield place, _said(inner, named, required=field in found.get("required", ()))
            yield from _walk(inner, named, place, within)
        for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(inner := found.get(key), dict):
                yield f"{path}{mark}", _said(inner, named, required=False)
                yield from _walk(inner, named, f"{path}{mark}", within)


def _choices(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = part.get("anyOf") or part.get("oneOf") or [part]
    return found


def _said(part: Mapping[str, Any], named: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    kinds = [
        named[str(one["$ref"]).rpartition("/")[2]] if "$ref" in one else one
        for one in _choices(part)
    ]
    said: dict[str, Any] = {"types": sorted({str(k.get("type", "any")) for k in kinds})}
    for kind in kinds:
        said |= {name: kind[name] for name in ("enum", *MOST, *LEAST, *SAME) if name in kind}
    return {**said, "required": True} if required else said


def breaks(old: Facts, new: Facts) -> list[str]:
    """Each change that a reader of either version may not survive, in words."""
    found = [f"{path} is gone" for path in old if path not in new]
    for path, said in new.items():
        before = old.get(path)
        if before is None:
            parent = path.rpartition(".")[0]
            if said.get("required") and (not parent or parent in old):
                found.append(f"{path} is new and required: old events lack it")
        else:
            found += [f"{path} {why}" for why in _narrowed(before, said)]
    return found


def _narrowed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old["types"] != new["types"]:
        yield f"was {'/'.join(old['types'])}, is {'/'.join(new['types'])}"
    if old.get("required") != new.get("required"):
        yield "is no longer always there" if old.get("required") else "is required now"
    yield from _fewer(old.get("enum"), new.get("enum"))
    yield from _tighter(old, new)


def _fewer(old: list[Any] | None, new: list[Any] | None) -> Iterator[str]:
    if new is not None and old is None:
        yield "takes only some values now"
    if lost := [value for value in old or () if new is not None and value not in new]:
        yield f"no longer has {', '.join(map(str, lost))}"


def _tighter(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"has a smaller {n}" for n in MOST if new.get(n, inf) < old.get(n, inf))
    yield from (f"has a larger {n}" for n in LEAST if new.get(n, -inf) > old.get(n, -inf))
    yield from (f"has another {n}" for n in SAME if old.get(n) != new.get(n))


def committed() -> dict[str, Facts]:
    """The facts of every committed schema, by type, retired versions too."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.json"))}
    return {name: facts(json.loads(text)) for name, text in texts.items()}


def released(path: Path = RELEASED) -> dict[str, Facts]:
    """What the last release promised."""
    found: dict[str, Facts] = json.loads(path.read_text("utf-8"))
    return found


def broken(old: Mapping[str, Facts], new: Mapping[str, Facts]) -> list[str]:
    """Every promise that is not kept."""
    lost = [f"{name} is gone" for name in old if name not in new]
    kept = ((name, old[name], new[name]) for name in old if name in new)
    return [*lost, *(f"{n}: {why}" for n, before, now in kept for why in breaks(before, now))]


def main() -> int:
    """Note what this release promises; refuses where it takes something back."""
    now = committed()
    wrong = broken(released(), now) if RELEASED.exists() else []
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    if not wrong:
        types = (f'"{name}": {json.dumps(now[name], sort_keys=True)}' for name in sorted(now))
        RELEASED.write_text("{\n" + ",\n".join(types) + "\n}\n", "utf-8")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
