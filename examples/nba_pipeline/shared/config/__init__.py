"""Settings: what is the same everywhere stands in YAML, what differs per deployment in the environment."""
