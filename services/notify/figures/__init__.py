"""Notify's figures: what only the whole timeline tells, since notify reads every stage."""
