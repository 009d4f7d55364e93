"""Problems: many complaints about one thing are found, told apart from chance, and mended once."""
