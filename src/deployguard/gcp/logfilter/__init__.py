"""Logging's query language (cloud.google.com/logging/docs/view/logging-query-language), as far as deployguard uses it.

Comparisons (`= != > >= < <= : =~ !~`), AND, OR, NOT and `-`, brackets, and comparisons side by side, which mean AND.
Nothing here speaks to Google: a filter is read, tried on an entry, and asked what it could ever match.
"""
