"""Taking a case from the queue for a while, and not judging one's own matters."""
