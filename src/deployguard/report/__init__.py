"""Findings to text: each format is a function that returns a string."""
