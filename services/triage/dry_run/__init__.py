"""Another policy tried on what was recorded: which complaints it would treat otherwise."""
