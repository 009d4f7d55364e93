"""The customer's form as a page."""
