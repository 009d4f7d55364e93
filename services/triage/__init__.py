"""Triage: gives a complaint its category, priority, assignee and clocks."""
