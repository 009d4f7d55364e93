"""Clocks that disagree: this machine's, MongoDB's, and those of the services. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.doctor.finding import Finding, ill, well
from shared.doctor.log_checks import spoken

MOST_APART = timedelta(seconds=60)
SET = "set both clocks by NTP (timedatectl set-ntp true); deadlines and leases are counted by them"


def of_clocks(now: datetime, database: datetime, newest: datetime | None) -> Iterator[Finding]:
    """Compare `now`, this machine's, with the database's and with the newest record's time."""
    apart = now - database
    if abs(apart) > MOST_APART:
        which = "ahead of" if apart > timedelta() else "behind"
        yield ill("clocks", f"this machine is {spoken(apart)} {which} MongoDB's clock", SET)
    elif newest and newest - now > MOST_APART:
        said = f"a service's clock is {spoken(newest - now)} ahead: it wrote a record of the future"
        yield ill("clocks", said, SET)
    else:
        yield well("clocks", "this machine, MongoDB and the newest record agree")
