"""Intake receives each complaint and each follow-up once, and passes it on."""
