"""Pictures of the pages for people to look at, and what axe finds on them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.async_api import Page

FOLDER = os.environ.get("REDRESS_SHOTS")
AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""Tags of https://github.com/dequelabs/axe-core/blob/develop/doc/API.md: WCAG, levels A and AA."""


async def looked(tab: Page, name: str) -> None:
    """A picture of a page with scripts; raises AssertionError where axe finds a barrier on it."""
    await shot(tab, name)
    found = await barriers(tab)
    assert not found, f"{name}: {'; '.join(found)}"


async def shot(tab: Page, name: str) -> None:
    """Of the whole page; none where nobody asked for one."""
    if FOLDER:
        await tab.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)


async def barriers(tab: Page) -> list[str]:
    """What keeps people from using the page as it is now: the rule, and the first places."""
    await tab.evaluate(AXE.read_text("utf-8"))
    tags = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found: dict[str, Any] = await tab.evaluate("how => axe.run(document, how)", tags)
    return [
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
