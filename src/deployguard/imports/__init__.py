"""What a service imports: sites, resolving, closure, data files."""
