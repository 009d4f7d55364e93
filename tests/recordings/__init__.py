"""Recorded histories: what the rules decided when each event version was new. Never rewritten."""
