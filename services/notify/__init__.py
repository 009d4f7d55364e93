"""Sends every message to a person, keeps the timeline, and serves the pages."""
