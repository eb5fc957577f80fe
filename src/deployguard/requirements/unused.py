"""Requirements that nothing seems to need (a hint, never a verdict: much is used without being imported)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deployguard.model.runtime import Runtime
from deployguard.requirements.declared import DeclaredSet, Requirement
from deployguard.requirements.evidence import Providers
from deployguard.requirements.names import prefixes

# Found by name or entry point at run time, named in a URL or a command, or there for their effect alone.
_USED_UNSEEN = re.compile(
    r"""functions-framework|gunicorn|uvicorn(-worker)?|hypercorn|waitress|gevent|eventlet|greenlet|uvloop|httptools
    |watchdog|watchfiles|setproctitle|setuptools|pip|wheel|tzdata|certifi|cffi|cryptography|brotli|zstandard|pysocks|h2
    |psycopg.*|pymysql|mysqlclient|mysql-connector-python|aiomysql|asyncpg|aiosqlite|pg8000|oracledb|cx-oracle|pyodbc
    |pymssql|snowflake-sqlalchemy|duckdb-engine|sqlalchemy-.*|cloud-sql-python-connector
    |gcsfs|s3fs|adlfs|fsspec|db-dtypes|pandas-gbq|pyarrow|fastparquet|openpyxl|xlrd|xlsxwriter|lxml|html5lib|tables
    |python-multipart|email-validator|google-cloud-bigquery-storage|grpcio(-.*)?|googleapis-common-protos
    |opentelemetry-.*|ddtrace|newrelic|sentry-sdk|google-cloud-profiler|debugpy|ipython|ipykernel|jupyter.*|kaleido
    |pytest.*|hypothesis|coverage|tox|nox|mypy|ruff|black|flake8|isort|pre-commit|pip-tools
    |types-.*|.*-stubs|.*-plugin|.*-extensions?""",
    re.VERBOSE,
)


def unused(
    declared: DeclaredSet,
    imported: Iterable[str],
    providers: Providers,
    runtime: Runtime,
    needs: Iterable[str] = (),
) -> tuple[Requirement, ...]:
    """Return the requirements whose modules nobody imports.

    `imported` are dotted modules of the closure; `needs` distributions that the start command itself wants. What the
    map does not know, what a lock or a tool lists, and what another used requirement brings (a pin) is passed over.
    """
    if declared.complete or any(file.generated for file in declared.files):
        return ()
    seen = {prefix for module in imported for prefix in prefixes(module)}
    candidates = [
        each for each in declared.requirements if each.source in {"requirements", "direct", "project"}
    ]
    idle = [each for each in candidates if _is_idle(each, seen, providers) and each.name not in set(needs)]
    pinned = set(_brought(declared, {each.name for each in idle}, providers, runtime))
    return tuple(each for each in idle if each.name not in pinned)


def _is_idle(requirement: Requirement, seen: set[str], providers: Providers) -> bool:
    modules = providers.modules_of(requirement.name)
    if not modules or _USED_UNSEEN.fullmatch(requirement.name):
        return False
    return not any(module in seen for module in modules)


def _brought(declared: DeclaredSet, idle: set[str], providers: Providers, runtime: Runtime) -> Iterator[str]:
    """What the requirements that are in use bring: naming it as well pins it."""
    environment = runtime.marker_environment
    for requirement in declared.requirements:
        if requirement.name not in idle:
            pair = (requirement.name, frozenset(requirement.extras))
            yield from (
                name
                for name in providers.installed_by([pair], environment).chains
                if name != requirement.name
            )
