"""Self-service: what customers may find out by themselves, judged by the stage's own rules."""
