"""deployguard: prove that a Python Cloud Run function or service is whole, and that what runs is what was written."""

__version__ = "0.1.0"
