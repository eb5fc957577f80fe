"""What a build would install, asked of uv, and what the installed wheels hold, read from the wheels themselves."""
