"""Spans of the work, collected in this process and sent by OTLP where that is configured."""
