"""Distributions that are asked for by name while the program runs."""

from __future__ import annotations

import pytest

from deployguard.config.load import load_project
from deployguard.model.service import Project
from deployguard.rules.check import Request, check
from tests.trees import tree_of

_CONFIGURATION = """
[project]
id = "sample-project"
region = "us-west2"
[services.orders]
kind = "function"
source = "orders"
entry-point = "handle"
"""


def subjects(code: str, requirements: str) -> list[str]:
    files = {
        "deployguard.toml": _CONFIGURATION,
        "orders/main.py": code,
        "orders/requirements.txt": requirements,
    }
    tree = tree_of(files)
    project: Project = load_project(tree, None)
    report = check(tree, project, Request((), frozenset({"DG206"})), {})
    return [finding.subject for _, finding in report.found()]


def in_function(line: str, imports: str) -> str:
    return f"{imports}\n\n\ndef handle(request):\n    return {line}\n"


BIGQUERY = "from google.cloud import bigquery"
FRAMES = "bigquery.Client().query('select 1').to_dataframe()"


@pytest.mark.parametrize(
    ("code", "requirements", "expected"),
    [
        (in_function(FRAMES, BIGQUERY), "google-cloud-bigquery", ["db-dtypes", "pandas", "pyarrow"]),
        (in_function(FRAMES, BIGQUERY), "google-cloud-bigquery\npandas\ndb-dtypes", []),
        (in_function(FRAMES, BIGQUERY), "google-cloud-bigquery[pandas]", []),
        (in_function("frame.to_dataframe()", "import frame"), "google-cloud-storage", []),
        (in_function("1", f"{BIGQUERY}\ndef never():\n    {FRAMES}"), "google-cloud-bigquery", []),
        (
            in_function("create_engine(f'postgresql://{request}')", "from sqlalchemy import create_engine"),
            "sqlalchemy",
            ["psycopg2"],
        ),
        (
            in_function("create_engine('postgresql://')", "from sqlalchemy import create_engine"),
            "sqlalchemy\npsycopg2-binary",
            [],
        ),
        (in_function("create_engine('sqlite://')", "from sqlalchemy import create_engine"), "sqlalchemy", []),
        (in_function("pd.read_csv('gs://bucket/x.csv')", "import pandas as pd"), "pandas", ["gcsfs"]),
        (in_function("pd.read_csv('x.csv')", "import pandas as pd\nBUCKET = 'gs://b'"), "pandas", []),
        (in_function("httpx.Client(http2=True)", "import httpx"), "httpx", ["h2"]),
        (in_function("httpx.Client(http2=False)", "import httpx"), "httpx", []),
        (in_function(FRAMES, BIGQUERY), "google-cloud-bigquery\nour-own-thing", []),
    ],
)
def test_what_the_code_asks_for_by_name(code: str, requirements: str, expected: list[str]) -> None:
    assert subjects(code, requirements) == expected
