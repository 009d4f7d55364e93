"""How well every stage keeps up, for those who run it."""
