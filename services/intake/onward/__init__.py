"""What is written to a complaint that is over goes on as a new one, with its own clocks."""
