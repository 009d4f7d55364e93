"""Who may read a customer's words, for how long and why; and who did."""
