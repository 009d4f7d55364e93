"""What one complaint takes on disk: `python -m tests.bench.disk [COUNT]`.

COUNT deposit complaints, each credited and confirmed, in an installation of its own. Printed are
records and bytes a complaint: in Kafka, in MongoDB (compressed, and its indexes), in the ledger.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from shared.local.stack import Options, Stack
from tests.e2e.evidence import offsets
from tests.e2e.site import cases, site

DELAYED = "u-2002"
LEDGER_S = 12  # until the ledger has written what is there
AT_ONCE = 20


async def main(count: int, folder: Path) -> None:
    """Measure, and print a line for each."""
    customers = [case for number in range(count) for case in cases(f"s{number}", [DELAYED])]
    with Stack(folder, Options(policy="demo")) as stack:
        async with site(stack, customers) as found:
            made = []
            for start in range(0, count, AT_ONCE):
                made += await found.submit(customers[start : start + AT_ONCE])
            left = await found.closed(made, 200)
            await asyncio.sleep(LEDGER_S)
            ends = (await offsets(stack.kafka)).ends
        segments = list((folder / "kafka" / "data").glob("complaints.*/*.log"))
        stored, indexes = _mongo(stack.mongo)
        figures = {
            "records": sum(ends.values()),
            "Kafka, bytes": sum(path.stat().st_size for path in segments),
            "MongoDB, bytes": stored,
            "MongoDB's indexes, bytes": indexes,
            "ledger, bytes": sum(
                p.stat().st_size for p in (folder / "ledger").rglob("*") if p.is_file()
            ),
        }
    print(f"{count} complaints, {len(left)} not closed")  # noqa: T201 - its output
    for name, total in figures.items():
        print(f"{name} a complaint: {total / count:,.0f}")  # noqa: T201 - its output


def _mongo(uri: str) -> tuple[int, int]:
    """Bytes of documents as they lie on disk, and of their indexes."""
    client: MongoClient[dict[str, Any]]
    with MongoClient(uri) as client:
        client.admin.command("fsync")
        stats = [
            client[base].command("collStats", name)
            for base in ("redress", "redress_keys")
            for name in client[base].list_collection_names()
        ]
    return sum(s["storageSize"] for s in stats), sum(s["totalIndexSize"] for s in stats)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 120, Path(place)))
