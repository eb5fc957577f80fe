"""What a service installs, and which distribution provides which module."""
