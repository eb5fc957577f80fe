"""Requirements and data files that a service lacks."""

from __future__ import annotations

from tests.history.defect import defect, linking
from tests.history.modules import HEAL, PHASE2, PHASE3
from tests.history.monorepo import Monorepo
from tests.history.services import FUNCTIONS, monorepo

ALERT = f"{FUNCTIONS}/grading_alert"
MONITOR = f"{FUNCTIONS}/transition_monitor"
ANALYTICS = "data_processors/analytics"


LINKED_DATA = [
    (path.removeprefix(f"{FUNCTIONS}/").partition("/")[0].replace("_", "-"), path)
    for path in monorepo().links_to("shared/config/retry.yaml")
    if path.endswith(".yaml")
]


@defect("phase3-to-phase4 DG221 pyyaml")
def yaml_removed_where_a_lazy_import_needs_it(repo: Monorepo) -> None:
    repo.without(f"{PHASE3}/requirements.txt", "PyYAML")


@defect("self-heal DG201 pyyaml")
def yaml_removed(repo: Monorepo) -> None:
    repo.without(f"{HEAL}/requirements.txt", "PyYAML")


@defect("self-heal DG201 pyyaml")
def yaml_commented_out(repo: Monorepo) -> None:
    repo.edit(f"{HEAL}/requirements.txt", "PyYAML", "# PyYAML")


@defect("self-heal DG201 pyyaml")
def yaml_for_an_older_python_only(repo: Monorepo) -> None:
    repo.edit(f"{HEAL}/requirements.txt", "PyYAML>=6.0", 'PyYAML>=6.0; python_version < "3.9"')


@defect("self-heal DG201 pyyaml")
def yaml_for_windows_only(repo: Monorepo) -> None:
    repo.edit(f"{HEAL}/requirements.txt", "PyYAML>=6.0", 'PyYAML>=6.0 ; sys_platform == "win32"')


@defect("self-heal DG201 pyyaml warning")
def yaml_under_another_name(repo: Monorepo) -> None:
    repo.edit(f"{HEAL}/requirements.txt", "PyYAML>=6.0", "yaml>=6.0")


@defect("self-heal DG201 pyyaml")
def yaml_in_another_file(repo: Monorepo) -> None:
    repo.without(f"{HEAL}/requirements.txt", "PyYAML")
    repo.write(f"{HEAL}/requirements-dev.txt", "PyYAML>=6.0\n")


@defect(
    "* DG201 orjson",
    "backfill DG221 orjson",
    "scrapers DG221 orjson",
    where=linking("config/orchestration.py", "transition-monitor", "analytics"),
)
def shared_module_gains_a_need(repo: Monorepo) -> None:
    repo.append("shared/config/orchestration.py", "\n\nimport orjson\n")


@defect("transition-monitor DG221 google-cloud-firestore")
def firestore_missing_beside_bigquery(repo: Monorepo) -> None:
    repo.without(f"{MONITOR}/requirements.txt", "google-cloud-firestore")


@defect("phase3-to-phase4 DG201 google-cloud-firestore")
def firestore_missing_at_start(repo: Monorepo) -> None:
    repo.without(f"{PHASE3}/requirements.txt", "google-cloud-firestore")


@defect("phase2-to-phase3 DG201 google-cloud-firestore")
def firestore_missing_behind_a_lazily_exported_name(repo: Monorepo) -> None:
    repo.without(f"{PHASE2}/requirements.txt", "google-cloud-firestore")


@defect("phase3-to-phase4 DG201 google-cloud-pubsub warning")
def pubsub_with_a_typing_error(repo: Monorepo) -> None:
    repo.edit(f"{PHASE3}/requirements.txt", "google-cloud-pubsub", "google-cloud-pub-sub")


@defect("phase3-to-phase4 DG222 sentry-sdk warning")
def sentry_missing_under_a_guard(repo: Monorepo) -> None:
    repo.without(f"{PHASE3}/requirements.txt", "sentry-sdk")


@defect(
    "grading-alert DG201 pandas",
    "grading-alert DG206 db-dtypes warning",
    "grading-alert DG206 pyarrow warning",
)
def extra_lost(repo: Monorepo) -> None:
    repo.edit(f"{ALERT}/main.py", "import yaml\n", "import pandas\nimport yaml\n")
    repo.edit(f"{ALERT}/requirements.txt", "bigquery[pandas]", "bigquery")


@defect("self-heal DG202 urllib3 warning")
def only_what_another_brings(repo: Monorepo) -> None:
    repo.without(f"{HEAL}/requirements.txt", "urllib3")


@defect("analytics DG201 gunicorn")
def server_removed(repo: Monorepo) -> None:
    repo.without(f"{ANALYTICS}/requirements.txt", "gunicorn")


@defect("analytics DG221 openpyxl")
def need_of_a_lazily_imported_module(repo: Monorepo) -> None:
    repo.without(f"{ANALYTICS}/requirements.txt", "openpyxl")


@defect("analytics DG202 numpy warning")
def need_of_a_module_in_a_registry(repo: Monorepo) -> None:
    repo.without(f"{ANALYTICS}/requirements.txt", "numpy")


@defect("scrapers DG221 beautifulsoup4")
def need_of_a_method_of_a_registered_class(repo: Monorepo) -> None:
    repo.without("scrapers/requirements.txt", "beautifulsoup4")


@defect("scrapers DG221 pyyaml", "analytics DG201 pyyaml")
def included_file_loses_a_line(repo: Monorepo) -> None:
    repo.without("shared/requirements.txt", "PyYAML")
    repo.edit(f"{ANALYTICS}/registry.py", "import importlib\n", "import importlib\nimport yaml\n")


@defect(
    "scrapers DG115 shared/requirement.txt",
    "scrapers DG221 google-cloud-bigquery warning",
    "scrapers DG221 pyyaml warning",
    "scrapers DG221 requests warning",
    "scrapers DG221 urllib3 warning",
)
def included_file_misspelt(repo: Monorepo) -> None:
    repo.edit("scrapers/requirements.txt", "shared/requirements", "shared/requirement")


@defect("worker DG221 joblib")
def need_behind_a_function_that_makes_it_late(repo: Monorepo) -> None:
    repo.without("predictions/worker/requirements.txt", "joblib")


@defect("worker DG206 db-dtypes warning", "worker DG206 pyarrow warning")
def companion_of_a_method_removed(repo: Monorepo) -> None:
    repo.without("predictions/worker/requirements.txt", "db-dtypes")


@defect("dashboard DG206 psycopg2 warning")
def driver_of_a_database_removed(repo: Monorepo) -> None:
    repo.without("services/dashboard/requirements.txt", "psycopg2")


@defect("coordinator DG221 google-cloud-firestore")
def firestore_missing_in_an_image(repo: Monorepo) -> None:
    repo.without("predictions/coordinator/requirements.txt", "google-cloud-firestore")


@defect("backfill DG221 pandas", "backfill DG221 numpy")
def words_lost_from_a_pip_command(repo: Monorepo) -> None:
    repo.edit("backfill_jobs/grading/Dockerfile", " numpy pandas", "")


@defect("ingest DG201 pydantic-settings")
def dependency_removed_from_pyproject(repo: Monorepo) -> None:
    repo.without("services/ingest/pyproject.toml", '  "pydantic-settings')


@defect("ingest DG201 uvicorn")
def server_removed_from_pyproject(repo: Monorepo) -> None:
    repo.without("services/ingest/pyproject.toml", '  "uvicorn')


@defect("ingest DG221 google-cloud-storage")
def need_of_a_lifespan(repo: Monorepo) -> None:
    repo.without("services/ingest/pyproject.toml", '  "google-cloud-storage')


@defect("dashboard DG221 setuptools warning")
def module_that_left_the_standard_library(repo: Monorepo) -> None:
    repo.edit(
        "services/dashboard/app/data.py",
        "import sqlalchemy\n",
        "import distutils.util\n\nimport sqlalchemy\n",
    )


@defect(f"self-heal DG110 {HEAL}/healing/schema.json")
def resource_of_a_package_removed(repo: Monorepo) -> None:
    repo.remove(f"{HEAL}/healing/schema.json")


@defect(
    *(f"{service} DG102 {path}" for service, path in LINKED_DATA),
    f"self-heal DG110 {HEAL}/shared/config/retry.yaml",
    "scrapers DG110 shared/config/retry.yaml warning",
)
def data_removed(repo: Monorepo) -> None:
    repo.remove("shared/config/retry.yaml")


@defect(f"phase3-to-phase4 DG110 {PHASE3}/shared/config/retry.yaml")
def data_without_a_link(repo: Monorepo) -> None:
    repo.remove(f"{PHASE3}/shared/config/retry.yaml")


@defect(f"grading-alert DG110 {ALERT}/rules.yaml")
def data_renamed(repo: Monorepo) -> None:
    repo.move(f"{ALERT}/rules.yaml", f"{ALERT}/rule.yaml")


@defect(f"grading-alert DG110 {ALERT}/sql/accuracy.sql")
def query_removed(repo: Monorepo) -> None:
    repo.remove(f"{ALERT}/sql/accuracy.sql")


@defect(f"grading-alert DG105 {ALERT}/rules.yaml")
def data_ignored(repo: Monorepo) -> None:
    repo.write(f"{ALERT}/.gcloudignore", ".git\n*.yaml\n")


@defect(f"grading-alert DG105 {ALERT}/sql/accuracy.sql")
def folder_of_data_ignored(repo: Monorepo) -> None:
    repo.write(f"{ALERT}/.gcloudignore", ".git\nsql/\n")


@defect("analytics DG110 data_processors/analytics/player_summary/base.sql")
def package_data_removed(repo: Monorepo) -> None:
    repo.remove(f"{ANALYTICS}/player_summary/base.sql")


NEEDS = [value for value in globals().values() if type(value).__name__ == "Defect"]
