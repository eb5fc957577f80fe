"""What a Dockerfile forgets, and everything else around a service's start."""

from __future__ import annotations

import base64
import json

from tests.history.defect import defect
from tests.history.modules import PHASE3
from tests.history.monorepo import Monorepo
from tests.history.needs import ALERT, ANALYTICS, MONITOR
from tests.history.services import FUNCTIONS

WORKER = "predictions/worker"


@defect(
    "worker DG121 ml",
    "worker DG121 ml.features",
    "worker DG121 ml.features.store",
    "worker DG121 ml.models",
    "worker DG121 ml.models.ensemble",
    "worker DG110 ml/models/config/weights.json",
)
def folder_not_copied(repo: Monorepo) -> None:
    repo.without(f"{WORKER}/Dockerfile", "COPY ml/")


@defect(
    "worker DG101 shared.utils", "worker DG101 shared.utils.notification", "worker DG101 shared.utils.slack"
)
def shared_folder_not_copied(repo: Monorepo) -> None:
    repo.without(f"{WORKER}/Dockerfile", "COPY shared/utils/")


@defect("worker DG122 shared.alerts warning", "worker DG122 shared.alerts.rate_limit warning")
def guarded_folder_not_copied(repo: Monorepo) -> None:
    repo.without(f"{WORKER}/Dockerfile", "COPY shared/alerts/")


@defect(
    "worker DG101 shared.config",
    "worker DG101 shared.config.topics",
    "worker DG101 shared.config.season",
    "worker DG101 shared.config.orchestration",
)
def new_import_of_a_folder_that_is_not_copied(repo: Monorepo) -> None:
    repo.edit(
        f"{WORKER}/worker.py",
        "from shared.utils",
        "from shared.config.topics import TOPICS\nfrom shared.utils",
    )


@defect("worker DG110 ml/models/config/weights.json")
def only_python_files_copied(repo: Monorepo) -> None:
    repo.edit(
        f"{WORKER}/Dockerfile",
        "COPY ml/ ml/",
        "COPY ml/__init__.py ml/\nCOPY ml/features/ ml/features/\nCOPY ml/models/*.py ml/models/",
    )


@defect("worker DG121 ml.features.store")
def new_folder_in_a_list_of_copies(repo: Monorepo) -> None:
    repo.edit(
        f"{WORKER}/Dockerfile",
        "COPY ml/ ml/",
        "COPY ml/__init__.py ml/\nCOPY ml/features/__init__.py ml/features/\nCOPY ml/models/ ml/models/",
    )


@defect("coordinator DG101 batch.state")
def sub_package_not_matched_by_a_pattern(repo: Monorepo) -> None:
    repo.write("predictions/coordinator/batch/state.py", "class BatchState: ...\n")
    repo.edit("predictions/coordinator/coordinator.py", "from batch_state", "from batch.state")


@defect("coordinator DG111 coordinator")
def command_names_no_module(repo: Monorepo) -> None:
    repo.move("predictions/coordinator/coordinator.py", "predictions/coordinator/main.py")


@defect("analytics DG111 data_processors.analytics.main")
def command_names_a_module_that_is_gone(repo: Monorepo) -> None:
    repo.edit(f"{ANALYTICS}/Dockerfile", "analytics.service:app", "analytics.main:app")


@defect("analytics DG111 application")
def command_names_no_object(repo: Monorepo) -> None:
    repo.edit(f"{ANALYTICS}/Dockerfile", "service:app", "service:application")


@defect("dashboard DG111 make_app")
def command_calls_no_function(repo: Monorepo) -> None:
    repo.edit("services/dashboard/Dockerfile", "create_app()", "make_app()")


@defect("ingest DG111 api")
def uvicorn_names_no_object(repo: Monorepo) -> None:
    repo.edit("services/ingest/Dockerfile", "main:app", "main:api")


@defect("backfill DG111 app/backfill_jobs/grading/run.py")
def command_names_no_file(repo: Monorepo) -> None:
    repo.edit("backfill_jobs/grading/Dockerfile", "grading/job.py", "grading/run.py")


@defect("analytics DG115 data_processors/base")
def copy_of_a_folder_that_was_renamed(repo: Monorepo) -> None:
    repo.edit(
        f"{ANALYTICS}/Dockerfile",
        "ENV PYTHON",
        "COPY data_processors/base /app/data_processors/base\nENV PYTHON",
    )


@defect(
    "worker DG115 ml",
    "worker DG221 ml.features.store",
    "worker DG221 ml.models.ensemble",
)
def copied_folder_renamed(repo: Monorepo) -> None:
    repo.move("ml", "models")


@defect("analytics DG105 data_processors/analytics/player_summary/base.sql")
def data_kept_out_of_the_context(repo: Monorepo) -> None:
    repo.append(".dockerignore", "**/*.sql\n")


@defect(
    "worker DG105 ml/models/__init__.py",
    "worker DG105 ml/models/ensemble.py",
    "worker DG105 ml/models/config/weights.json",
)
def folder_kept_out_of_the_context(repo: Monorepo) -> None:
    repo.append(".dockerignore", "**/models\n")


@defect("worker DG101 shared.clients", "worker DG101 shared.clients.pool")
def copied_to_a_wrong_place(repo: Monorepo) -> None:
    repo.edit(f"{WORKER}/Dockerfile", "shared/clients/ shared/clients/", "shared/clients/ shared/")


@defect(
    "coordinator DG101 shared", "coordinator DG101 shared.clients", "coordinator DG101 shared.clients.pool"
)
def workdir_changed(repo: Monorepo) -> None:
    repo.edit("predictions/coordinator/Dockerfile", "PYTHONPATH=/app", "PYTHONPATH=/srv")
    repo.edit(
        "predictions/coordinator/Dockerfile",
        "COPY predictions/coordinator/*.py ./",
        "WORKDIR /srv\nCOPY predictions/coordinator/*.py ./",
    )


@defect("scrapers DG111 scrapers.app")
def entry_script_names_no_module(repo: Monorepo) -> None:
    repo.edit("scrapers/docker-entrypoint.sh", "scrapers.main:app", "scrapers.app:app")


@defect("scrapers DG111 app/scrapers/docker-entrypoint.sh")
def entry_script_removed(repo: Monorepo) -> None:
    repo.move("scrapers/docker-entrypoint.sh", "scrapers/entrypoint.sh")


@defect("scrapers DG121 scrapers.odds.events")
def registered_module_renamed(repo: Monorepo) -> None:
    repo.move("scrapers/odds/events.py", "scrapers/odds/games.py")


@defect(
    "analytics DG121 data_processors.analytics.team_summary",
    "analytics DG121 data_processors.analytics.team_summary.processor",
)
def registered_module_not_copied(repo: Monorepo) -> None:
    repo.edit(
        f"{ANALYTICS}/Dockerfile",
        "COPY data_processors/analytics/ /app/data_processors/analytics/",
        "COPY data_processors/analytics/*.py /app/data_processors/analytics/\n"
        "COPY data_processors/analytics/player_summary/ /app/data_processors/analytics/player_summary/",
    )


@defect("scrapers DG113 scrapers.base.ScraperBase")
def base_class_renamed(repo: Monorepo) -> None:
    repo.edit("scrapers/base.py", "class ScraperBase", "class Scraper")


@defect("phase3-to-phase4 DG111 orchestrate")
def entry_point_renamed(repo: Monorepo) -> None:
    repo.edit(f"{PHASE3}/main.py", "def orchestrate(", "def orchestrate_phase3(")


@defect("phase3-to-phase4 DG111 main.py")
def main_renamed(repo: Monorepo) -> None:
    repo.move(f"{PHASE3}/main.py", f"{PHASE3}/app.py")


@defect(f"- DG401 {PHASE3}", f"- DG402 {FUNCTIONS}/phase3/main.py warning")
def function_moved(repo: Monorepo) -> None:
    repo.move(PHASE3, f"{FUNCTIONS}/phase3")


@defect(f"phase3-to-phase4 DG112 {PHASE3}/main.py")
def backslash_in_an_f_string(repo: Monorepo) -> None:
    repo.append(f"{PHASE3}/main.py", 'TEXT = f"{", ".join([str(1)])} {chr(10).join(["a\\n"])}"\n')


@defect(f"grading-alert DG112 {ALERT}/draft.py")
def unfinished_file_that_nothing_imports(repo: Monorepo) -> None:
    repo.write(f"{ALERT}/draft.py", "def later(:\n")


@defect("analytics DG112 data_processors/analytics/draft.py warning")
def unfinished_file_in_an_image(repo: Monorepo) -> None:
    repo.write(f"{ANALYTICS}/draft.py", "def later(:\n")


@defect("coordinator DG112 predictions/coordinator/player_loader.py")
def syntax_of_a_newer_python(repo: Monorepo) -> None:
    repo.append("predictions/coordinator/player_loader.py", "\n\ntype Player = str\n")


@defect("backfill DG112 backfill_jobs/grading/job.py")
def base_image_of_an_older_python(repo: Monorepo) -> None:
    repo.edit("backfill_jobs/grading/Dockerfile", "python:3.11-slim", "python:3.9-slim")
    repo.edit(
        "backfill_jobs/grading/job.py",
        "    done = Back",
        '    match options.start:\n        case "":\n            return\n    done = Back',
    )


@defect(f"transition-monitor DG106 {MONITOR}/.env", f"scrapers DG106 {MONITOR}/.env")
def environment_file(repo: Monorepo) -> None:
    repo.write(f"{MONITOR}/.env", "SLACK_TOKEN=abcdefgh12345678\n")


@defect("grading-alert DG109 yaml warning")
def local_module_hidden_by_a_distribution(repo: Monorepo) -> None:
    repo.write(f"{ALERT}/yaml.py", "def safe_load(text):\n    return {}\n")


@defect(f"transition-monitor DG106 {MONITOR}/key.json", f"scrapers DG106 {MONITOR}/key.json")
def key_of_a_service_account(repo: Monorepo) -> None:
    secret = base64.b64encode(bytes(range(256)) * 3).decode()
    key = {"type": "service_account", "private_key": f"-----BEGIN PRIVATE KEY-----\n{secret}\n"}
    repo.write(f"{MONITOR}/key.json", json.dumps(key))


@defect("worker DG114 ml/models/config/weights.json", "scrapers DG114 ml/models/config/weights.json")
def pointer_in_the_place_of_a_file(repo: Monorepo) -> None:
    repo.write(".gitattributes", "*.json filter=lfs diff=lfs merge=lfs -text\n")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n"
    repo.write("ml/models/config/weights.json", pointer)


@defect("- DG301 --set-env-vars")
def variables_wiped(repo: Monorepo) -> None:
    repo.edit("bin/deploy_phase3.sh", "--update-env-vars", "--set-env-vars")


@defect("- DG302 --set-secrets")
def secrets_wiped(repo: Monorepo) -> None:
    repo.edit("bin/deploy_analytics.sh", "--update-secrets", "--set-secrets")


@defect("- DG305 pytest warning")
def failure_of_a_check_swallowed(repo: Monorepo) -> None:
    repo.edit("bin/deploy_phase3.sh", "gcloud functions", "python -m pytest tests || true\ngcloud functions")


@defect("- DG304 gcloud functions deploy warning")
def commit_no_longer_stamped(repo: Monorepo) -> None:
    repo.edit("bin/deploy_phase3.sh", ",BUILD_COMMIT=$COMMIT", "")
    repo.edit("bin/deploy_phase3.sh", ' \\\n  --update-labels "commit-sha=$COMMIT"', "")


@defect("- DG303 --no-traffic warning")
def no_traffic_step(repo: Monorepo) -> None:
    repo.edit("bin/deploy_analytics.sh", "--region us-west2 \\\n", "--region us-west2 --no-traffic \\\n")
    repo.without("bin/deploy_analytics.sh", "gcloud run services update-traffic")


IMAGES = [value for value in globals().values() if type(value).__name__ == "Defect"]
