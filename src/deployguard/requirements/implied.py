"""Distributions that code needs without importing them: optional dependencies that a call or a URL asks for (DG206)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from deployguard.requirements.declared import Requirement


class Uses(NamedTuple):
    """Plain facts about the code that a service runs.

    `imported`: dotted modules; `called`: last names of what is called (`to_dataframe`); `literals`: string literals;
    `keywords`: names of keyword arguments given the literal True.
    """

    imported: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()


class Implied(NamedTuple):
    """One need. All of the named conditions must hold; `literal` is a pattern that must match a whole string.

    `needs_any_of`: for each group, one of its distributions must be installed. `source`: the page that says so.
    """

    trigger: str
    needs_any_of: tuple[tuple[str, ...], ...]
    source: str
    module: str = ""
    called: frozenset[str] = frozenset()
    literal: str = ""
    keyword: str = ""


_EXCEL = "pandas.read_excel (pandas documentation)"
_PARQUET = "pandas.read_parquet (pandas documentation)"
_REMOTE = "IO tools: Reading/writing remote files (pandas documentation)"
_DIALECTS = "Dialects (SQLAlchemy documentation)"
_BIGQUERY = "RowIterator.to_dataframe (google-cloud-bigquery documentation)"
_PANDAS_IO = frozenset(
    {"read_csv", "read_json", "read_parquet", "read_excel", "read_pickle", "read_feather", "read_orc"}
    | {"to_csv", "to_json", "to_parquet", "to_excel", "to_pickle", "to_feather", "to_orc"}
)
_ENGINES = frozenset({"create_engine", "create_async_engine", "engine_from_config"})


# FastAPI's release notes: 0.111.0 requires what became the extra `standard` again in 0.112.0.
_STANDARD_FASTAPI = re.compile(r"(?:===?|~=)0\.111(?:\.|$)")


def _dialect(scheme: str, *any_of: str, literal: str = "") -> Implied:
    return Implied(
        f"{scheme}:// in create_engine",
        (any_of,),
        _DIALECTS,
        module="sqlalchemy",
        called=_ENGINES,
        literal=literal or rf"{re.escape(scheme)}://.*",
    )


def _file_system(scheme: str, distribution: str) -> Implied:
    return Implied(
        f"{scheme}:// in pandas",
        ((distribution,),),
        _REMOTE,
        module="pandas",
        called=_PANDAS_IO,
        literal=rf"{scheme}://.*",
    )


def _pandas(called: str, any_of: tuple[str, ...], source: str) -> Implied:
    return Implied(f"pandas {called}", (any_of,), source, module="pandas", called=frozenset({called}))


_FRAMES = (("db-dtypes",), ("pandas",), ("pyarrow",))

TABLE: tuple[Implied, ...] = (
    Implied(
        "google.cloud.bigquery to_dataframe",
        _FRAMES,
        _BIGQUERY,
        module="google.cloud.bigquery",
        called=frozenset({"to_dataframe", "to_dataframe_iterable"}),
    ),
    Implied(
        "google.cloud.bigquery to_arrow",
        (("pyarrow",),),
        "RowIterator.to_arrow (google-cloud-bigquery documentation)",
        module="google.cloud.bigquery",
        called=frozenset({"to_arrow", "to_arrow_iterable"}),
    ),
    Implied(
        "google.cloud.bigquery load_table_from_dataframe",
        (("pandas",), ("pyarrow",)),
        "Client.load_table_from_dataframe (google-cloud-bigquery documentation)",
        module="google.cloud.bigquery",
        called=frozenset({"load_table_from_dataframe"}),
    ),
    Implied(
        "google.cloud.bigquery to_geodataframe",
        (("geopandas",), ("shapely",), *_FRAMES),
        "RowIterator.to_geodataframe (google-cloud-bigquery documentation)",
        module="google.cloud.bigquery",
        called=frozenset({"to_geodataframe"}),
    ),
    _dialect("postgresql", "psycopg2", "psycopg2-binary"),
    _dialect("postgresql+psycopg2", "psycopg2", "psycopg2-binary"),
    _dialect("postgresql+psycopg", "psycopg"),
    _dialect("postgresql+asyncpg", "asyncpg"),
    _dialect("postgresql+pg8000", "pg8000"),
    _dialect("mysql", "mysqlclient"),
    _dialect("mysql+mysqldb", "mysqlclient"),
    _dialect("mysql+pymysql", "pymysql"),
    _dialect("mysql+aiomysql", "aiomysql"),
    _dialect("mysql+mysqlconnector", "mysql-connector-python"),
    _dialect("mssql+pyodbc", "pyodbc"),
    _dialect("mssql+pymssql", "pymssql"),
    _dialect("oracle+oracledb", "oracledb"),
    _dialect("sqlite+aiosqlite", "aiosqlite"),
    _dialect("bigquery", "sqlalchemy-bigquery", literal=r"bigquery:(//)?.*"),
    _dialect("snowflake", "snowflake-sqlalchemy"),
    _dialect("duckdb", "duckdb-engine"),
    _dialect("spanner+spanner", "sqlalchemy-spanner"),
    _pandas("read_excel", ("openpyxl", "xlrd", "python-calamine", "pyxlsb", "odfpy"), _EXCEL),
    _pandas("to_excel", ("openpyxl", "xlsxwriter", "odfpy"), "DataFrame.to_excel (pandas documentation)"),
    _pandas("read_parquet", ("pyarrow", "fastparquet"), _PARQUET),
    _pandas("to_parquet", ("pyarrow", "fastparquet"), "DataFrame.to_parquet (pandas documentation)"),
    _pandas("read_feather", ("pyarrow",), "pandas.read_feather (pandas documentation)"),
    _pandas("to_feather", ("pyarrow",), "DataFrame.to_feather (pandas documentation)"),
    _pandas("read_orc", ("pyarrow",), "pandas.read_orc (pandas documentation)"),
    _pandas("read_gbq", ("pandas-gbq",), "pandas.read_gbq (pandas documentation)"),
    _pandas("to_gbq", ("pandas-gbq",), "DataFrame.to_gbq (pandas documentation)"),
    _pandas("read_html", ("lxml", "html5lib"), "pandas.read_html (pandas documentation)"),
    _pandas("read_hdf", ("tables",), "pandas.read_hdf (pandas documentation)"),
    _pandas("to_hdf", ("tables",), "DataFrame.to_hdf (pandas documentation)"),
    _pandas("to_markdown", ("tabulate",), "DataFrame.to_markdown (pandas documentation)"),
    _file_system("gs", "gcsfs"),
    _file_system("gcs", "gcsfs"),
    _file_system("s3", "s3fs"),
    _file_system("abfs", "adlfs"),
    Implied(
        "BeautifulSoup with lxml",
        (("lxml",),),
        "Installing a parser (Beautiful Soup documentation)",
        module="bs4",
        called=frozenset({"BeautifulSoup"}),
        literal="lxml|lxml-xml|xml",
    ),
    Implied(
        "BeautifulSoup with html5lib",
        (("html5lib",),),
        "Installing a parser (Beautiful Soup documentation)",
        module="bs4",
        called=frozenset({"BeautifulSoup"}),
        literal="html5lib",
    ),
    Implied(
        "httpx http2=True",
        (("h2",),),
        "HTTP/2 support (HTTPX documentation)",
        module="httpx",
        keyword="http2",
    ),
    Implied(
        "httpx SOCKS proxy",
        (("socksio",),),
        "Proxies: SOCKS (HTTPX documentation)",
        module="httpx",
        literal=r"socks[45]h?://.*",
    ),
    Implied(
        "requests SOCKS proxy",
        (("pysocks",),),
        "Advanced usage: SOCKS (Requests documentation)",
        module="requests",
        literal=r"socks[45][ah]?://.*",
    ),
    Implied(
        "pydantic EmailStr",
        (("email-validator",),),
        "Network types: EmailStr (Pydantic documentation)",
        module="pydantic.EmailStr",
    ),
    Implied(
        "FastAPI form data",
        (("python-multipart",),),
        "Form data (FastAPI documentation)",
        module="fastapi",
        called=frozenset({"Form", "File"}),
    ),
    Implied(
        "FastAPI uploads",
        (("python-multipart",),),
        "Request files (FastAPI documentation)",
        module="fastapi.UploadFile",
    ),
    Implied(
        "starlette templates",
        (("jinja2",),),
        "Templates (FastAPI documentation)",
        module="fastapi.templating",
    ),
)


def implied_by(uses: Uses, table: Iterable[Implied] = TABLE) -> tuple[Implied, ...]:
    """Return the rows whose every condition the facts meet. A name imported from a module counts as one below it."""
    return tuple(row for row in table if _holds(row, uses))


def lacking(row: Implied, installed: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of a row of which no distribution is installed."""
    there = frozenset(installed)
    return tuple(group for group in row.needs_any_of if not there.intersection(group))


def is_brought_by(group: tuple[str, ...], requirements: Iterable[Requirement]) -> bool:
    """Whether a release that is asked for requires one of a group, though others of the same distribution do not."""
    return "python-multipart" in group and any(
        each.name == "fastapi" and _STANDARD_FASTAPI.match(each.specifier) for each in requirements
    )


def _holds(row: Implied, uses: Uses) -> bool:
    if row.module and not any(f"{module}.".startswith(f"{row.module}.") for module in uses.imported):
        return False
    if row.called and not row.called & uses.called:
        return False
    if row.keyword and row.keyword not in uses.keywords:
        return False
    return not row.literal or any(re.fullmatch(row.literal, literal, re.DOTALL) for literal in uses.literals)
