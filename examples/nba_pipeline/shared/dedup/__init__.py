"""Rows that share a primary key become one row."""
