"""One message to those who can mend it, when something changes."""
