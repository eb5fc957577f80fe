"""What the promises say, as commands."""
