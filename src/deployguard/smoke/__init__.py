"""The import of a service tried for real: its artifact laid out, its requirements installed, its entry point imported."""
