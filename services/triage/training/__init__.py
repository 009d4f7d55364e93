"""Learns the model of `rules/model.py` from the labelled texts in the repository."""
