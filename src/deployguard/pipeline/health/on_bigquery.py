"""BigQuery as a check sees it: what is refused becomes an unanswered question, with the nearest names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deployguard.gcp.bigquery import BigQuery
from deployguard.model.errors import CloudError
from deployguard.model.table import Bounds, Rows, Shape
from deployguard.pipeline.health.database import NoTable, Unanswered, most_like


class OnBigQuery:
    """The tables of one project; shapes are read once."""

    dialect = "bigquery"

    def __init__(self, tables: BigQuery) -> None:
        self._tables = tables
        self._shapes: dict[str, Shape] = {}

    def shape(self, table: str) -> Shape:
        if table not in self._shapes:
            with _told():
                self._shapes[table] = self._found(table)
        return self._shapes[table]

    def ask(self, query: str, bounds: Bounds) -> Rows:
        with _told():
            return self._tables.ask(query, bounds)

    def close(self) -> None:
        """Nothing is held open."""

    def _found(self, table: str) -> Shape:
        try:
            return self._tables.shape(table)
        except CloudError as error:
            if error.kind != "missing":
                raise
            raise NoTable(f"BigQuery has no table `{table}`{self._near(table)}") from error

    def _near(self, table: str) -> str:
        try:
            known = list(self._tables.near(table))
        except CloudError as error:
            return (
                f"; its dataset cannot be listed ({error})"
                if error.kind != "missing"
                else ", nor its dataset"
            )
        return most_like(".".join(table.split(".")[-2:]), known)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except CloudError as error:
        raise (NoTable if error.kind == "missing" else Unanswered)(str(error)) from error
