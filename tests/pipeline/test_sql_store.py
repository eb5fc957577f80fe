"""Tables of SQL databases: whose columns are found, what is refused, and what PostgreSQL would be asked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from shared.documents.in_sqlite import SqliteDocuments
from shared.documents.store import Place
from sqlalchemy.dialects import postgresql

from deployguard.model.document import Document, Unreadable
from deployguard.model.errors import CloudError, UsageError
from deployguard.pipeline.layout import layout_of
from deployguard.pipeline.sql_store import SqlStore, open_engine, reading, writing
from tests.pipeline.seeds import COLLECTION, DAY, SqlSeed, whole


def test_the_example_s_own_table(tmp_path: Path) -> None:
    file = tmp_path / "documents.sqlite"
    theirs, place = SqliteDocuments(file), Place(COLLECTION, DAY)
    theirs.create(place, whole())
    theirs.create(Place("other", DAY), {"x": 1})
    before = theirs.get(place)
    assert before is not None
    store = SqlStore(f"sqlite:///{file}", COLLECTION, tmp_path)
    found = store.read([DAY])[DAY]
    assert isinstance(found, Document)
    assert store.update(found, {"_completed_count": 9})
    after = theirs.get(place)
    assert after is not None
    assert after.fields["_completed_count"] == 9
    assert after.version != before.version  # their own conditional writes see ours
    other = theirs.get(Place("other", DAY))
    assert other is not None
    assert other.fields == {"x": 1}


@pytest.mark.parametrize(
    "columns",
    [
        "id TEXT PRIMARY KEY, document TEXT",
        "date DATE PRIMARY KEY, data JSON",
        "id INTEGER PRIMARY KEY, date TEXT UNIQUE, document JSON, version INTEGER DEFAULT 1",
        "key VARCHAR(10), fields TEXT, version TEXT",
        "date, document",
    ],
)
def test_tables_of_several_teams(tmp_path: Path, columns: str) -> None:
    seed = SqlSeed(SqlStore("sqlite:///d.sqlite", "ours", tmp_path), tmp_path / "d.sqlite")
    key = next(name for name in ("date", "id", "key") if f"{name} " in columns or f"{name}," in columns)
    held = next(name for name in ("document", "data", "fields") if name in columns)
    seed.run(f"CREATE TABLE ours ({columns})")
    seed.run(f"INSERT INTO ours ({key}, {held}) VALUES (?, ?)", DAY, json.dumps(whole()))  # noqa: S608
    assert seed.store.read(["2026-02-02"]) == {"2026-02-02": None}
    found = seed.store.read([DAY])[DAY]
    assert isinstance(found, Document)
    assert seed.store.update(found, {"_completed_count": 9})
    assert not seed.store.update(found, {"_completed_count": 8})
    rows = seed.run(f"SELECT {held} FROM ours")  # noqa: S608
    assert json.loads(rows[0][0]) == whole(_completed_count=9)


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1}", '{"a": NaN}', '{"a": 1e999}', '{"a": ' + "9" * 5000 + "}", "[" * 100_000]
)
def test_a_damaged_document_is_neither_there_nor_absent(sql_seed: SqlSeed, text: str) -> None:
    sql_seed.put_text(DAY, text)
    assert isinstance(sql_seed.store.read([DAY])[DAY], Unreadable)


def test_two_rows_of_one_date_are_not_chosen_between(tmp_path: Path) -> None:
    seed = SqlSeed(SqlStore("sqlite:///d.sqlite", "ours", tmp_path), tmp_path / "d.sqlite")
    seed.run("CREATE TABLE ours (id INTEGER PRIMARY KEY, date TEXT, document TEXT)")
    for _ in range(2):
        seed.run("INSERT INTO ours (date, document) VALUES (?, ?)", DAY, "{}")
    found = seed.store.read([DAY])[DAY]
    assert isinstance(found, Unreadable)
    assert "2 rows" in found.reason


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no SQLite file .*nothing\.sqlite"):
        SqlStore("sqlite:///nothing.sqlite", COLLECTION, tmp_path).read([DAY])
    assert not (tmp_path / "nothing.sqlite").exists()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "d.sqlite").write_text("not a database, and long enough to be taken for one" * 40)
    with pytest.raises(CloudError, match="not a database"):
        SqlStore("sqlite:///d.sqlite", COLLECTION, tmp_path).read([DAY])


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ("a TEXT, document TEXT", "no column date or id or key"),
        ("id INTEGER, document TEXT", "no column date or id or key of the type text or date"),
        ("id TEXT, done INTEGER", "no column document or fields or data"),
    ],
)
def test_a_table_without_the_columns_is_said(tmp_path: Path, columns: str, says: str) -> None:
    seed = SqlSeed(SqlStore("sqlite:///d.sqlite", "ours", tmp_path), tmp_path / "d.sqlite")
    seed.run(f"CREATE TABLE ours ({columns})")
    with pytest.raises(UsageError, match=says):
        seed.store.read([DAY])


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("firestor", "neither `firestore` nor"),
        ("nosuchdatabase://x/y", "no database of that kind"),
        ("sqlite://", "must be a file"),
        ("mysql+mysqldb://ana:secret@db/x", "driver"),
    ],
)
def test_a_url_that_leads_nowhere(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        open_engine(url, tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", [postgresql.JSONB(), postgresql.JSON(), sa.Text()])
def test_postgresql_is_asked_for_the_text_and_compares_it(kind: sa.types.TypeEngine[object]) -> None:
    table = sa.Table(
        "phase3",
        sa.MetaData(),
        sa.Column("date", sa.Date(), primary_key=True),
        sa.Column("document", kind),
        sa.Column("version", sa.Integer()),
        schema="ops",
    )
    layout, dialect = layout_of(table), postgresql.dialect()  # type: ignore[no-untyped-call]
    query = reading(layout, [DAY]).compile(dialect=dialect)
    assert "CAST(ops.phase3.document AS TEXT)" in str(query)
    assert "FROM ops.phase3" in str(query)
    assert query.params == {"date_1": [date(2026, 2, 1)]}
    update = writing(layout, Document(DAY, {}, '{"a": 1}'), {"a": 2}).compile(dialect=dialect)
    assert "CAST(ops.phase3.document AS TEXT) = " in str(update)
    assert "version=(ops.phase3.version + " in str(update)
    assert update.params["before"] == '{"a": 1}'
    assert update.params["document"] == ('{"a": 2}' if isinstance(kind, sa.Text) else {"a": 2})
