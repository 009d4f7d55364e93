"""What people know better than the rules: a corrected category, and labels to learn from."""
