"""`make bench`: our pipeline beside one as a tutorial would write it, in the same run.

Both do the same: five processes for six stages, the same deciders (classification included), the
same sealed events, a document for each complaint and stage, the timeline. The complaints are
pre-loaded as the door would have written them: three deposits that were credited late, then a
product suggestion. None needs a person: all end with a decision that the customer was told. Outside
work (the exchange, the chain, mail) is answered in the process.

`ours` is `service_app` of every service, at its default settings. `tutorial` is FastStream and
Motor at their default settings: a message at a time is found, decided, written, and each of its
events sent and waited for. `limit` moves the recorded bytes of `ours` without rules. Each has a
Kafka and a mongod of its own; services are niced as `redress up` does it. The clock runs from the
first record that a rule gets until every stage has applied every event and nothing is owed; then
documents, end states and dead letters are counted.

Beside each figure stand the CPU time of a complaint by process, the largest memory of a service,
and how many cores strangers used meanwhile: compare runs where that is small and alike.
"""
