"""The services that compute tables, one folder each."""
