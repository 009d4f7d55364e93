"""`redress restore`: MongoDB filled again from the log, after it was lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from shared.audit.sorting import Runs
from shared.cli.exporting import counting
from shared.cli.installation import installation, secret
from shared.cli.installation import settings as chosen
from shared.restoring.filling import Filled, fill
from shared.restoring.ledger import fill_ledger, tree_in
from shared.restoring.log import WholeLog, read_into
from shared.runner.keys import MongoKeyStore
from shared.runner.mongo import connect, disconnect

GO_ON = "start the services, then: redress doctor"
NO_KEYS = (
    "no complaint's key is in the keys' database: restore its backup, or words stay unreadable"
)


def restore(
    ledger: Annotated[
        Path | None, typer.Option(help="the ledger's folder, to fill its document from it")
    ] = None,
) -> None:
    """Fill an empty database from the log, so that the services go on where they were.

    Stop every service first, and restore the backup of the keys' database. What the log does not
    hold stays lost: docs/operations.md says what that is.

    Example: REDRESS_MONGO='mongodb://…' REDRESS_KAFKA=… redress restore --ledger /var/lib/redress
    """
    at = installation("kafka", "mongo")
    filled, leaves, keys = asyncio.run(_restored(at.kafka, SecretStr(at.mongo), ledger))
    documents = ", ".join(f"{stage} {count}" for stage, count in filled.documents.items())
    typer.echo(f"restored {filled.complaints} complaints ({documents}), {filled.parked} parked")
    typer.echo(
        f"history of {filled.rows} events" + (f"; ledger of {leaves} leaves" if ledger else "")
    )
    typer.echo(GO_ON if keys else NO_KEYS)


async def _restored(kafka: str, mongo: SecretStr, ledger: Path | None) -> tuple[Filled, int, int]:
    settings = chosen().model_copy(update={"mongo": mongo})
    tree = tree_in(ledger) if ledger else None
    client = connect(settings)
    try:
        with Runs() as runs:
            log, database = WholeLog(runs), client[settings.database]
            with counting("read") as progress:
                await read_into(log, kafka, progress)
            with counting("write", "complaints") as progress:
                filled = await fill(log, database, datetime.now(UTC), progress)
        if tree:
            await fill_ledger(tree, database)
        kept = client[settings.keys_database]
        store = MongoKeyStore(kept, secret("master_key"))
        for complaint in filled.erased:  # a backup brings back what was destroyed since
            await store.destroy(complaint)
        keys = await kept["keys"].estimated_document_count()
        return filled, tree.size if tree else 0, keys
    finally:
        await disconnect(client)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(restore)
