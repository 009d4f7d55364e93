"""Investigation: collects evidence, finds the cause and proposes the remedy."""
