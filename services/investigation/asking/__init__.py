"""The questions to outside sources, by subject; each answer is kept as evidence."""
