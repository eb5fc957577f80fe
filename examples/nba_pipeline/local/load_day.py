"""python -m local.load_day 2026-02-01: raw rows of that date and of the week before, into TABLES_URL."""

from __future__ import annotations

import sys
from datetime import timedelta

from shared.config.environment import Environment
from shared.moments import calendar_date
from shared.tables.choose import open_tables

from local.sample_rows import raw_day


def main(date: str) -> None:
    environment = Environment.read()
    tables = open_tables(environment.tables_url, environment.project)
    last = calendar_date(date)
    for back in range(8):
        for write in raw_day(last - timedelta(days=back)):
            tables.replace_partition(write)
    print(f"raw rows of {last - timedelta(days=7)} to {last} are in {environment.tables_url}")


if __name__ == "__main__":
    main(*sys.argv[1:])
