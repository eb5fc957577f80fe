"""Health checks: whether the data of a day is there, whole, and in time."""
