"""Makes the shipped map of module names to distributions from wheels. Runs in the development environment only."""
