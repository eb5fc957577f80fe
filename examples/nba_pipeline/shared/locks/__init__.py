"""One run at a time per processor and date, across all instances."""
