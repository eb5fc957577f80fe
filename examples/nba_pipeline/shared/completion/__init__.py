"""Which processors of a phase are done for a date, and the one message that starts the next phase."""
