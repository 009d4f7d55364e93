"""What the pages of every service share: their frame, their files, their headers, their tongue."""
