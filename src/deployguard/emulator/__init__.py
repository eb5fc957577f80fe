"""A local Google Cloud that builds and runs what it is given, and speaks Google's own protocols."""
