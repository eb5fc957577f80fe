"""Documents with versions, in Firestore or in SQLite."""
