"""Reading deploy scripts: which commands they run, with which flags, on which line."""
