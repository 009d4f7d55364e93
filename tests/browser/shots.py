"""Pictures of the pages for people to look at, in the folder that REDRESS_SHOTS names."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Page

FOLDER = os.environ.get("REDRESS_SHOTS")


async def shot(tab: Page, name: str) -> None:
    """Of the whole page; none where nobody asked for one."""
    if FOLDER:
        await tab.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)
