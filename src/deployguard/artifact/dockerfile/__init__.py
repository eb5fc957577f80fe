"""Dockerfiles, read and replayed on paths alone: nothing is built, nothing is run."""
