"""Words in, exit code out: the only room that prints or exits."""

from deployguard.cli.dispatch import main

__all__ = ["main"]
