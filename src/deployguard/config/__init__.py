"""deployguard.toml to a Project: every error at once, each with its key path."""
