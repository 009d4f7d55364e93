"""The ledger: every record of the log in one Merkle tree, in append-only segments, signed."""
