"""The same checks on an emulator of BigQuery, through the stock client: rows and verdicts, not messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from deployguard.gcp.bigquery import BigQuery
from deployguard.gcp.connection import Connection
from deployguard.model.health import Result, Verdict
from deployguard.pipeline.health.on_bigquery import OnBigQuery
from deployguard.pipeline.health.run import Surroundings, run_checks
from tests.pipeline.health.tables import NOON, checks

pytestmark = pytest.mark.slow
ROWS = """(1, DATE '2026-02-01', TIMESTAMP '2026-02-01 07:00:00+00', DATETIME '2026-02-01T07:00:00', 'paid'),
 (1, DATE '2026-02-01', TIMESTAMP '2026-02-01 08:00:00+00', DATETIME '2026-02-01T08:00:00', 'void'),
 (2, DATE '2026-01-31', TIMESTAMP '2026-01-31 08:00:00+00', DATETIME '2026-01-31T08:00:00', 'paid')"""
COLUMNS = "id INT64, day DATE, came TIMESTAMP, local DATETIME, status STRING"


@pytest.fixture(scope="session")
def tables(bigquery: str) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIGQUERY_EMULATOR_HOST", bigquery)
        database = BigQuery(Connection("demo-p"))
        client = database._client
        client.create_dataset("shop")
        for statement in (
            f"CREATE TABLE shop.orders ({COLUMNS}) PARTITION BY day",
            f"INSERT INTO shop.orders VALUES {ROWS}",
            f"CREATE TABLE shop.times ({COLUMNS}) PARTITION BY DATE(came)",
            f"INSERT INTO shop.times VALUES {ROWS}",
        ):
            client.query(statement).result()
        yield database


def asked(tables: Any, text: str, day: date = date(2026, 2, 1)) -> Result:  # noqa: ANN401
    surroundings = Surroundings(lambda _: OnBigQuery(tables), dict[str, str]().get)
    (found,) = run_checks(checks(f"[health.one]\n{text}", ""), surroundings, NOON, day).results
    return found


ORDERS = 'table="shop.orders"\npartition="day"\n'


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('kind="unique"\nkey=["id"]\n' + ORDERS, Verdict.FAIL),
        ('kind="unique"\nkey=["id"]\nwhere="status = \'paid\' -- x"\n' + ORDERS, Verdict.PASS),
        ('kind="volume"\nmin=2\nmax=2\n' + ORDERS, Verdict.PASS),
        ('kind="volume"\nmin=2\ntable="shop.times"\npartition="came"', Verdict.PASS),
        ('kind="volume"\nmin=2\ntable="shop.orders"\npartition="came"', Verdict.ERROR),
        ('kind="fresh"\ncolumn="came"\nmax-age="26h"\n' + ORDERS, Verdict.PASS),
        ('kind="fresh"\ncolumn="local"\nmax-age="10h"\n' + ORDERS, Verdict.FAIL),
        ('kind="fresh"\ncolumn="day"\nmax-age="26h"\n' + ORDERS, Verdict.PASS),
        ('kind="on-time"\ncolumn="came"\nschedule="0 6 * * *"\n' + ORDERS, Verdict.PASS),
        ('kind="on-time"\ncolumn="local"\nschedule="0 3 * * *"\n' + ORDERS, Verdict.FAIL),
        ('kind="volume"\nmin=1\ntable="shop.ordrs"\npartition="day"', Verdict.ERROR),
        ('kind="volume"\nmin=1\noptional=true\ntable="shop.none"\npartition="day"', Verdict.NOT_DUE),
        (
            'kind="sql"\npartition="day"\nquery="select id from shop.orders where day = @date and id > 1"',
            Verdict.PASS,
        ),
        ('kind="sql"\npartition="day"\nquery="select id from shop.orders where day = @date"', Verdict.FAIL),
        (
            'kind="sql"\npartition="day"\nquery="select nope from shop.orders where day = @date"',
            Verdict.ERROR,
        ),
    ],
)
def test_verdicts(tables: Any, text: str, verdict: Verdict) -> None:  # noqa: ANN401
    found = asked(tables, text)
    assert found.verdict is verdict, found.reason


def test_a_missing_table_names_the_nearest(tables: Any) -> None:  # noqa: ANN401
    found = asked(tables, 'kind="volume"\nmin=1\ntable="shop.ordrs"\npartition="day"')
    assert "shop.orders" in found.reason


@pytest.mark.parametrize(
    "query", ["DELETE FROM shop.orders WHERE true", "CREATE TABLE shop.x AS SELECT 1 AS a"]
)
def test_what_changes_something_is_refused_by_the_dry_run(tables: Any, query: str) -> None:  # noqa: ANN401
    from deployguard.model.errors import CloudError
    from deployguard.model.table import Bounds

    with pytest.raises(CloudError, match="one single SELECT"):
        tables.ask(query, Bounds(date(2026, 2, 1)))
