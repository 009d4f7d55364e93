"""Learns the model of `shared/rules/model.py` from the labelled texts in the repository."""
