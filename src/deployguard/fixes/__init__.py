"""Findings to changes of the work tree: planned as values, shown as a diff, then written."""
