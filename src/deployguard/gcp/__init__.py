"""Adapters to Google's clients; their types stop here. Imported lazily: the clients take a second to load."""
