"""MongoDB filled again from the log, so that the stages can go on after they lost it."""
