"""Alert policies: read, validated, compared, applied."""
