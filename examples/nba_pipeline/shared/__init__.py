"""What several deployables of this pipeline need; every function links only the files it uses."""
