"""`limit`: what the machine could do with the same graph if no rule were applied.

One complaint of each kind is sent through our services first, and recorded. Then librdkafka and
PyMongo move those bytes again, for as many complaints as `ours`: every stage reads the same
records, answers each with the bytes that were recorded for it, and writes a document for each
complaint of a batch, as large as the recorded one; notify keeps the same rows. Nothing is decoded,
decided, sealed or claimed, and a copy would be moved like an original.
"""
