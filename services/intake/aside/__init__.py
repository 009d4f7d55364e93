"""What came in and opened no complaint: looked through, released, and in time forgotten."""
