"""The history that notify keeps: a row per event, a function of that event alone. Pure."""

from shared.envelope import Envelope, read
from shared.runner.ports import Output, Row


def row_of(envelope: Envelope, value: bytes) -> Row:
    """The row of one event; personal fields stay sealed inside `value`, the event's bytes."""
    return Row(
        f"{envelope.subject}|{envelope.stage}|{envelope.sequence}",
        {
            "complaint": envelope.subject,
            "stage": envelope.stage,
            "sequence": envelope.sequence,
            "type": envelope.type,
            "time": envelope.time,
            "lane": envelope.lane,
            "actor": envelope.actor,
            "id": envelope.id,
            "causationid": envelope.causationid,
            "value": value,
        },
    )


def row_of_output(output: Output) -> Row:
    """The row of an own event, whether it was just made or stored before."""
    envelope = output.envelope or read(output.value, [])
    return row_of(envelope, output.value)
