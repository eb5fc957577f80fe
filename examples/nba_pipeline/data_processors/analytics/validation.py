from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared.tables.store import Row, TableSchema


class InvalidRows(Exception):
    """What was computed must not be written; nothing was."""


def validated(rows: Sequence[Row], table: TableSchema, game_date: date) -> Sequence[Row]:
    """The rows, all of them, or InvalidRows with the first three reasons."""
    wrong = [
        f"row {number}: {reason}"
        for number, row in enumerate(rows)
        if (reason := _wrong(row, table, game_date))
    ]
    if wrong:
        raise InvalidRows(
            f"{table.name} {game_date}: {len(wrong)} of {len(rows)} rows: {'; '.join(wrong[:3])}"
        )
    return rows


def _wrong(row: Row, table: TableSchema, game_date: date) -> str:
    if set(row) != set(table.column_names):
        return f"columns differ: {', '.join(sorted(set(row) ^ set(table.column_names)))}"
    if empty := [name for name in table.primary_key if row[name] in (None, "")]:
        return f"no value for {', '.join(empty)}"
    if row["game_date"] != game_date:
        return f"game_date is {row['game_date']}"
    return ""
