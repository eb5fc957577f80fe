"""The checks as a Cloud Run job with its Cloud Scheduler entry."""
