"""The staff's queue: which cases there are, the most urgent first, over HTTP and as a page."""
