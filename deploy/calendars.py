"""New versions of the calendars' files, from a library's list of holidays.

    python -m deploy.calendars VERSION FIRST_YEAR LAST_YEAR

Only where a calendar's holidays differ from its last version's is a file written; none is written
over, so that deadlines counted on it stay where they are. Read the difference before you commit it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import holidays

from shared.errors import UsageError
from shared.rules.calendars import calendar

FOLDER = Path(__file__).parents[1] / "shared/rules/calendars/data"


class Place(NamedTuple):
    """Where and when a desk works, and whose holidays it keeps: `AU-NSW`, or a market's: `ECB`."""

    title: str
    zone: str
    keeps: str
    opens: str = "09:00"
    closes: str = "17:00"
    weekdays: range = range(5)


PLACES: Mapping[str, Place] = {
    "ae": Place("Dubai", "Asia/Dubai", "AE"),
    "au_nsw": Place("Sydney", "Australia/Sydney", "AU-NSW"),
    "cn": Place(
        "Mainland China; weekend days worked instead are not counted", "Asia/Shanghai", "CN"
    ),
    "de": Place("Germany, what all its states keep", "Europe/Berlin", "DE"),
    "eu": Place(
        "European Union: the days on which the ECB's TARGET is closed", "Europe/Brussels", "ECB"
    ),
    "fr": Place("France", "Europe/Paris", "FR"),
    "gb": Place("England and Wales: bank holidays", "Europe/London", "GB-ENG"),
    "hk": Place("Hong Kong", "Asia/Hong_Kong", "HK"),
    "jp": Place("Japan", "Asia/Tokyo", "JP"),
    "kr": Place("Korea", "Asia/Seoul", "KR"),
    "sg": Place("Singapore", "Asia/Singapore", "SG"),
    "us": Place("United States: federal holidays", "America/New_York", "US"),
    "vn": Place("Vietnam", "Asia/Ho_Chi_Minh", "VN"),
}


def kept(place: Place, years: range) -> dict[date, str]:
    """The holidays that fall on a place's weekdays."""
    country, _, part = place.keeps.partition("-")
    if country in holidays.list_supported_financial():
        found = holidays.financial_holidays(country, years=years)
    else:
        found = holidays.country_holidays(
            country, subdiv=part or None, years=years, language="en_US"
        )
    return {day: found[day] for day in sorted(found) if day.weekday() in place.weekdays}


def text(place: Place, days: Mapping[date, str]) -> str:
    """A calendar's file."""
    lines = [
        f"# {place.title}.",
        f"source: holidays {holidays.__version__}, {place.keeps}",
        f"zone: {place.zone}",
        f'opens: "{place.opens}"',
        f'closes: "{place.closes}"',
        f"weekdays: [{', '.join(map(str, place.weekdays))}]",
        "holidays:",
        *(f'  {day}: "{name}"' for day, name in days.items()),
    ]
    return "\n".join(lines) + "\n"


def main(version: str, years: range) -> None:
    """Write what is new."""
    for name, place in PLACES.items():
        days = kept(place, years)
        try:
            if calendar(name).holidays == days.keys():
                continue
        except UsageError:
            pass  # its first version
        with (FOLDER / f"{name}.{version}.yaml").open("x", encoding="utf-8") as file:
            file.write(text(place, days))


if __name__ == "__main__":
    _, asked, first, last = sys.argv
    main(str(date.fromisoformat(asked)), range(int(first), int(last) + 1))
