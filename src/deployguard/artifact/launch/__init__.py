"""How a command starts Python: the entry module, and `sys.path` in order."""
