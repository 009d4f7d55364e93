"""`make demo`: real complaints from the door to closure, over real servers."""
