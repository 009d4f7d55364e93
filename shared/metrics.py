"""Every metric of Redress, in one place. Labels are bounded: never an id, never a person."""

from prometheus_client import Counter, Gauge, Histogram

BY_LANE = ("stage", "lane")
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)

PROCESSED = Counter(
    "redress_records_processed_total", "records handled, by outcome", (*BY_LANE, "outcome")
)
BATCH = Histogram(
    "redress_batch_records",
    "records in one batch",
    BY_LANE,
    buckets=(1, 10, 50, 100, 250, 500, 1000),
)
BATCH_SECONDS = Histogram(
    "redress_batch_duration_seconds", "fetch to commit of one batch", BY_LANE, buckets=SECONDS[:9]
)
END_TO_END = Histogram(
    "redress_end_to_end_duration_seconds",
    "from the instant in the event to its being applied here",
    BY_LANE,
    buckets=SECONDS,
)
LAG = Gauge(
    "redress_consumer_lag_records",
    "records in the topic that this consumer has not committed",
    (*BY_LANE, "topic", "partition"),
)
OLDEST = Gauge(
    "redress_oldest_unprocessed_seconds",
    "age of the oldest record that was fetched and is not committed; 0 when none waits",
    BY_LANE,
)
LAST_LOOP = Gauge(
    "redress_consumer_last_poll_timestamp_seconds", "when the consume loop last moved", BY_LANE
)
DEAD_LETTERS = Counter(
    "redress_dead_letters_total", "records sent to the dead letters", ("stage", "reason")
)
DUPLICATES = Counter("redress_duplicates_total", "records applied before and dropped", BY_LANE)
PARKED = Gauge(
    "redress_parked_complaints", "complaints that wait for a person's redrive", ("stage",)
)
PARKINGS = Counter("redress_parkings_total", "complaints that were parked", ("stage",))
CONFLICTS = Counter("redress_write_conflicts_total", "documents folded again after a race", BY_LANE)
DUE_DONE = Counter("redress_due_work_done_total", "due items answered", (*BY_LANE, "kind"))
DUE_RETRIED = Counter(
    "redress_due_work_retried_total", "due items tried again later", (*BY_LANE, "kind")
)
REFUSED = Counter(
    "redress_requests_refused_total", "requests that the gate refused, by reason", ("reason",)
)
ACCEPTED = Counter("redress_inputs_accepted_total", "inputs stored by the door", ("stage",))
RELAYED = Counter("redress_inputs_relayed_total", "inputs produced by the relay", ("stage",))
MAILS = Counter("redress_mails_total", "mails taken in, by what they were", ("kind",))
SPANS_SENT = Counter("redress_spans_sent_total", "spans that the collector took")
SPANS_DROPPED = Counter(
    "redress_spans_dropped_total", "spans that were too many, or that no collector took"
)
LEDGER_SIZE = Gauge("redress_ledger_leaves", "records in the ledger's tree")
LEDGER_SIGNED = Gauge("redress_ledger_signed_leaves", "records that the last checkpoint covers")
LEDGER_LAG = Gauge("redress_ledger_lag_records", "records of the log that the ledger has not taken")
LEDGER_WITNESS_FAILURES = Counter(
    "redress_ledger_witness_failures_total", "checkpoints that the outside place did not take"
)
