"""What a stage counts of its work, after the write: a figure that fails stops no complaint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from shared.errors import RedressError
from shared.log import get_logger
from shared.runner.folded import Folded
from shared.runner.patience import Assignment
from shared.runner.settle import Settling

log = get_logger(__name__)
Figures = Callable[[Sequence[Folded]], Awaitable[None]]


async def counted(
    figures: Figures | None,
    settled: Sequence[Folded],
    settling: Settling,
    assignment: Assignment,
) -> None:
    """Tell `figures` what a batch came to; waits while MongoDB is away, as the batch does.

    Raises PartitionLostError.
    """
    if figures is None:
        return
    try:
        await settling.patience.wait(lambda: figures(settled), assignment)
    except RedressError:
        raise
    except Exception as error:  # noqa: BLE001 - a figure that fails stops no complaint
        log.error("not counted", stage=settling.stage.name, error_class=type(error).__name__)  # noqa: TRY400 - a traceback could hold personal data
