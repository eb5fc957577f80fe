"""Facts to findings: one rule a module, one number for code, test and page."""
