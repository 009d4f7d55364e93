"""Runs the demo; the last line is for scripts, the exit code 0 means that nothing was lost."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import yaml
from rich.console import Console

from shared.errors import UsageError
from shared.local.keys import keys
from shared.local.progress import told
from shared.local.stack import Options, Stack
from shared.runner.burials import letters
from tests.demo.auditors import Auditor
from tests.demo.channels import Channels
from tests.demo.people import FAULTS, Customers, Staff, Submitted
from tests.demo.report import Bars, progress, table
from tests.demo.stories import TOLD, story
from tests.demo.watch import Watch
from tests.demo.world import Case, World

LIMIT_S = 90.0
REJECTED = 422
console = Console(width=160 if not sys.stdout.isatty() else None)


class Demo:
    """One run against one installation."""

    def __init__(self, stack: Stack) -> None:
        secrets = keys(stack.folder)
        self.stack = stack
        text = files("tests.demo").joinpath("cases.yaml").read_text("utf-8")
        self.cases = [Case(**case) for case in yaml.safe_load(text)]
        self.watch = Watch()
        self.world = World(stack.urls["sandbox"], secrets["REDRESS_EXCHANGE_TOKEN"])
        self.customers = Customers(stack.pages, self.watch, self.world)
        key = secrets["REDRESS_TOKEN_KEY"]
        self.channels = Channels(self.customers, stack.mail, key, self.world)
        self.staff = Staff(stack.urls, key, self.watch)
        self.made: list[Submitted] = []

    async def run(self) -> None:
        """Submit, live, close."""
        follow = asyncio.create_task(self.watch.follow(self.stack.kafka))
        await self.world.create(self.cases)
        with progress(console) as shown_:
            bars = Bars(shown_, console, len(self.cases))
            self.watch.listeners += [bars.hear, self.staff.hear]
            await asyncio.gather(*map(self._one, self.cases))
        await self._edges()
        await asyncio.gather(*self.staff.tasks)
        follow.cancel()

    async def _one(self, case: Case) -> None:
        made = await self.channels.submit(case)
        self.made.append(made)
        self.staff.cases[made.id] = made
        try:
            await self.customers.live(made)
            await self.watch.until(lambda: self.watch.tracks[made.id].closed)
        except FAULTS as error:
            self.staff.faults.append(f"{made.reference}: {type(error).__name__} {error}")

    async def _edges(self) -> None:
        first = next(m for m in self.made if m.case.wants == "delayed")
        repeated = await self.customers.repeat(first)
        self._check("a repeated submission got the first answer", repeated)
        self._check("a malformed one was rejected", await self.customers.reject() == REJECTED)
        for one in self.made:
            if one.case.wants == "takeover":
                frozen = await self.world.restrictions(one.case.user)
                self._check(f"{one.reference} is frozen: {', '.join(frozen)}", bool(frozen))
        for channel, made in sorted(self._by_channel().items()):
            heard = [await self.channels.heard(one) for one in made]
            what = f"{channel}: {len(made)} came, {sum(heard)} answers where they were asked"
            self._check(what, all(heard))

    def tell(self) -> None:
        """Three of the complaints, step by step."""
        made = {one.case.user: one for one in self.made}
        for user, title in TOLD.items():
            one = made[user]
            for line in story(title, one.reference, self.watch.tracks[one.id]):
                console.print(line, markup=False, highlight=False)

    def _by_channel(self) -> dict[str, list[Submitted]]:
        found: dict[str, list[Submitted]] = {}
        for one in self.made:
            found.setdefault(one.case.channel, []).append(one)
        return found

    def _check(self, what: str, holds: bool) -> None:
        console.print(f"  {'yes' if holds else 'NO '}  {what}")
        if not holds:
            self.staff.faults.append(what)


@contextlib.contextmanager
def stack() -> Iterator[Stack]:
    """An installation of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="redress-demo-") as folder:
        with told(console) as report:
            running = Stack(Path(folder), Options(policy="demo"), report)
            running.start()
        try:
            yield running
        finally:
            running.stop()


def main() -> int:
    """Run; returns the exit code."""
    with stack() as running:
        started = time.monotonic()
        console.print(
            f"The board is at {running.pages}/ while this runs; `make up` starts one that stays."
        )
        demo = Demo(running)
        asyncio.run(demo.run())
        console.print(table(demo.made, demo.watch))
        demo.tell()
        for fault in demo.staff.faults:
            console.print(f"  not as it should be: {fault}")
        dead = len(asyncio.run(letters(running.kafka)))
        one = demo.made[0]
        event = demo.watch.tracks[one.id].of("complaint-received")[0].id
        audited = Auditor(running, console).look(event, one)
        seconds = time.monotonic() - started
    tracks = [demo.watch.tracks[m.id] for m in demo.made]
    lost = sum(not track.closed for track in tracks)
    answered = sum(track.decided for track in tracks)
    console.print("That installation is gone now. Start one that stays: make up")
    sys.stdout.write(
        f"demo: {len(tracks)} submitted, {answered} answered, {lost} lost, "
        f"{dead} dead letters, {seconds:.0f} s\n"
    )
    return 0 if not lost and audited and not demo.staff.faults else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UsageError as error:
        sys.stderr.write(f"demo: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
