"""What arrives where a service runs."""
