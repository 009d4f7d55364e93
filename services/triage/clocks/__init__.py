"""The clocks of a case: started, paused, warned of, met, broken, extended."""
