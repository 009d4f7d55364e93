"""All complaints of one person: found by a digest or a proved account."""
