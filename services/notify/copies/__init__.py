"""The copy of what is kept of a person in one complaint."""
