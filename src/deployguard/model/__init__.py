"""Frozen values that several rooms share. Standard library only; no I/O."""
