"""What is kept in the bucket: locks, the journal of releases, overrides, verdicts that were told."""
