"""The example pipeline, its parts on SQLite and DuckDB, its promises on the emulators."""
