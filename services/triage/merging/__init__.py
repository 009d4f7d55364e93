"""Merging: a case waits for another about the same matter, and can be taken back."""
