"""Needs that no import shows."""

from __future__ import annotations

import pytest

from deployguard.model.place import Place
from deployguard.requirements.declared import Requirement
from deployguard.requirements.implied import TABLE, Uses, implied_by, is_brought_by, lacking


def uses(imported: str = "", called: str = "", literals: tuple[str, ...] = (), keywords: str = "") -> Uses:
    parts = (frozenset(text.split()) for text in (imported, called, keywords))
    modules, calls, words = parts
    return Uses(modules, calls, frozenset(literals), words)


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        (uses("google.cloud.bigquery", "to_dataframe"), {("db-dtypes",), ("pandas",), ("pyarrow",)}),
        (uses("google.cloud.storage", "to_dataframe"), set()),
        (uses("google.cloud.bigquery", "query result"), set()),
        (uses("google.cloud.bigquery.client", "to_arrow"), {("pyarrow",)}),
        (uses("sqlalchemy", "create_engine", ("postgresql://u@h/d",)), {("psycopg2", "psycopg2-binary")}),
        (uses("sqlalchemy", "create_engine", ("postgresql+psycopg2://",)), {("psycopg2", "psycopg2-binary")}),
        (uses("sqlalchemy", "create_engine", ("mysql+pymysql://{}:{}@/x",)), {("pymysql",)}),
        (uses("sqlalchemy", "create_engine", ("bigquery://",)), {("sqlalchemy-bigquery",)}),
        (uses("sqlalchemy", "create_engine", ("snowflake://a",)), {("snowflake-sqlalchemy",)}),
        (uses("sqlalchemy.orm", "select", ("postgresql://u@h/d",)), set()),
        (uses("psycopg2", "connect", ("postgresql://u@h/d",)), set()),
        (uses("sqlalchemy", "create_engine", ("see postgresql://",)), set()),
        (uses("sqlalchemy", "create_engine", ("sqlite://",)), set()),
        (uses("pandas", "to_parquet"), {("pyarrow", "fastparquet")}),
        (uses("polars", "read_parquet"), set()),
        (uses("pandas", "read_gbq"), {("pandas-gbq",)}),
        (uses("pandas", "read_csv", ("gs://bucket/a.csv",)), {("gcsfs",)}),
        (uses("pandas", "read_csv", ("s3://bucket/a.csv",)), {("s3fs",)}),
        (uses("pandas", "merge", ("gs://bucket/a.csv",)), set()),
        (uses("bs4", "BeautifulSoup", ("lxml",)), {("lxml",)}),
        (uses("bs4.BeautifulSoup", "BeautifulSoup", ("html5lib",)), {("html5lib",)}),
        (uses("bs4", "BeautifulSoup", ("html.parser",)), set()),
        (uses("httpx", "Client", keywords="http2"), {("h2",)}),
        (uses("httpx", "Client"), set()),
        (uses("requests", "get", ("socks5h://p:1",)), {("pysocks",)}),
        (uses("pydantic.EmailStr"), {("email-validator",)}),
        (uses("pydantic.BaseModel"), set()),
        (uses("fastapi.UploadFile"), {("python-multipart",)}),
        (uses("fastapi.Form", "Form"), {("python-multipart",)}),
        (uses("fastapi", "get"), set()),
    ],
)
def test_a_use_implies_what_the_documentation_says(facts: Uses, needs: set[tuple[str, ...]]) -> None:
    assert {group for row in implied_by(facts) for group in row.needs_any_of} == needs


def test_every_row_has_a_source_a_condition_and_normalised_names() -> None:
    for row in TABLE:
        assert row.source
        assert row.module
        assert row.trigger
        assert all(name == name.lower().replace("_", "-") for group in row.needs_any_of for name in group)
    assert len({row.trigger for row in TABLE}) == len(TABLE)


def test_one_of_a_group_is_enough() -> None:
    (row,) = implied_by(uses("pandas", "read_parquet"))

    assert lacking(row, ["pandas", "fastparquet"]) == ()
    assert lacking(row, ["pandas"]) == (("pyarrow", "fastparquet"),)


@pytest.mark.parametrize(
    ("specifier", "is_brought"),
    [
        ("~=0.111.1", True),
        ("==0.111", True),
        ("==0.112.0", False),
        ("==0.1110", False),
        (">=0.111", False),
        ("", False),
    ],
)
def test_one_line_of_fastapi_brings_its_form_parser(specifier: str, is_brought: bool) -> None:
    fastapi = Requirement("fastapi", Place("requirements.txt", 1), "requirements", specifier=specifier)
    assert is_brought_by(("python-multipart",), (fastapi,)) is is_brought
    assert not is_brought_by(("jinja2",), (fastapi,))
