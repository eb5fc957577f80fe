"""The program that imports a service, run by the service's own Python: standard library only, nothing of this package."""
