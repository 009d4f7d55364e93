"""Reports that anybody can make again: counted from the log alone, small cells left out."""
