"""Tables partitioned by date, in BigQuery or in DuckDB."""
