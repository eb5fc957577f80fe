"""The state of the pipeline: trackers and their repair, health checks."""
