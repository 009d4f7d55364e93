"""Events for others: a stream over HTTP, and webhooks; nothing personal in either."""
