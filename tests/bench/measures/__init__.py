"""What `make bench` measures beside the three baselines; each gives a section of the report."""
