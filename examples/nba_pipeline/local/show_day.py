"""python -m local.show_day 2026-02-01: the completion document of a date, and how many rows each table has."""

from __future__ import annotations

import json
import sys

from data_processors.analytics.processors import PROCESSORS
from shared.config.environment import Environment
from shared.config.phase3_config import phase3_config
from shared.documents.choose import open_documents
from shared.documents.store import Place
from shared.moments import calendar_date
from shared.tables.choose import open_tables


def main(date: str) -> None:
    environment = Environment.read()
    tables = open_tables(environment.tables_url, environment.project)
    documents = open_documents(environment.documents_url, environment.project)
    day = calendar_date(date)
    found = documents.get(Place(phase3_config().collection, date))
    print(json.dumps(dict(found.fields) if found else None, indent=2, sort_keys=True))
    for kind in PROCESSORS:
        print(f"{kind.table.name}: {len(tables.read(kind.table, day, day))} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
