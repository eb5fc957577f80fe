"""The whole monorepo: what is written by hand, and as many functions of the same kinds as make 60 services."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from tests.history.monorepo import Monorepo, written

FUNCTIONS = "orchestration/cloud_functions"
SERVICES = 60


class Kind(NamedTuple):
    """What a generated function does: its code, the shared files it links, the distributions it needs."""

    imports: str
    does: str
    links: tuple[str, ...]
    needs: tuple[str, ...]


_CONFIG = ("config/__init__.py", "config/orchestration.py", "config/season.py")
_CLIENTS = ("clients/__init__.py", "clients/pool.py")
_SLACK = ("utils/__init__.py", "utils/slack.py")
_VALIDATION = tuple(
    f"validation/{name}.py" for name in ("__init__", "boundary", "chain", "completeness", "fields")
)
_FUNCTIONS_FRAMEWORK = "functions-framework==3.8.2"
_BIGQUERY, _FIRESTORE = "google-cloud-bigquery>=3.11,<4", "google-cloud-firestore>=2.13,<3"
_PUBSUB, _REQUESTS, _YAML = "google-cloud-pubsub>=2.18,<3", "requests>=2.31", "PyYAML>=6.0"

KINDS = {
    "publish": Kind(
        "from shared.publishers import UnifiedPublisher",
        'UnifiedPublisher("nba").publish("", **message)',
        ("publishers/__init__.py", "publishers/pubsub.py", "config/topics.py", *_CONFIG),
        (_PUBSUB,),
    ),
    "notify": Kind(
        "from shared.utils.notification import notify_error",
        'notify_error("late", **message)',
        ("utils/notification.py", "alerts/__init__.py", "alerts/rate_limit.py", *_SLACK),
        (_REQUESTS,),
    ),
    "complete": Kind(
        "from shared.utils.completion import get_completion_tracker",
        'get_completion_tracker().mirror(message["date"])',
        ("utils/__init__.py", "utils/completion.py", "utils/retry.py", *_CLIENTS),
        (_BIGQUERY, _FIRESTORE),
    ),
    "validate": Kind(
        "from shared.validation import BoundaryValidator, expected_games",
        'BoundaryValidator(None).log(expected_games(message["date"]))',
        (*_VALIDATION, *_CONFIG, *_SLACK),
        (_BIGQUERY, _REQUESTS),
    ),
    "attempt": Kind(
        "from shared.config.retry import RETRIES",
        'message["attempts"] = RETRIES["scrapers"]["attempts"]',
        ("config/retry.py", "config/retry.yaml", *_CONFIG),
        (_YAML,),
    ),
}
_FARMS = {
    "phase3_to_phase4": (
        *_VALIDATION, *_CONFIG, *_CLIENTS, *_SLACK, "config/retry.py", "config/retry.yaml", "config/topics.py",
        "utils/completion.py", "utils/retry.py", "utils/sentry.py", "publishers/__init__.py", "publishers/pubsub.py",
    ),
    "phase2_to_phase3": (
        *_VALIDATION, *_CONFIG, *_CLIENTS, *_SLACK, "utils/completion.py", "utils/retry.py", "utils/notification.py",
        "alerts/__init__.py", "alerts/rate_limit.py",
    ),
    "self_heal": ("config", "clients", "backfill"),
}  # fmt: skip
_ENTRY_POINTS = {
    "phase3_to_phase4": "orchestrate",
    "phase2_to_phase3": "orchestrate_phase2",
    "self_heal": "self_heal",
    "grading_alert": "grading_alert",
    "transition_monitor": "monitor",
}
_EXTRA = {
    "transition_monitor": 'include = ["shared"]\n',
    "phase2_to_phase3": 'deploy-with = "gcloud"\n',
}
IMAGES = {
    "analytics": "data_processors/analytics/Dockerfile",
    "worker": "predictions/worker/Dockerfile",
    "coordinator": "predictions/coordinator/Dockerfile",
    "scrapers": "scrapers/Dockerfile",
    "backfill": "backfill_jobs/grading/Dockerfile",
    "dashboard": "services/dashboard/Dockerfile",
    "ingest": "services/ingest/Dockerfile",
}
_OWN_CONTEXT = ("services/dashboard", "services/ingest")


def monorepo() -> Monorepo:
    """Return the repository when nothing is wrong with it."""
    made = Monorepo()
    for name in ("shared.txt", "functions.txt", "images.txt", "scripts.txt"):
        made.update(written(name))
    for name, links in _FARMS.items():
        farm(made, name, links)
    for number in range(SERVICES - len(_ENTRY_POINTS) - len(IMAGES)):
        _generate(made, number)
    return made


def farm(repo: Monorepo, name: str, links: tuple[str, ...]) -> None:
    """Link files or folders of `shared/` into a function."""
    for link in ("__init__.py", *links):
        repo.link(f"{FUNCTIONS}/{name}/shared/{link}", f"shared/{link}")


def generated(number: int) -> tuple[str, tuple[Kind, ...]]:
    """Return the name and the kinds of a generated function."""
    chosen = list(combinations(KINDS, 2)) + list(combinations(KINDS, 1))
    names = chosen[number % len(chosen)]
    return "_".join((*names, str(number))), tuple(KINDS[name] for name in names)


def _generate(repo: Monorepo, number: int) -> None:
    name, kinds = generated(number)
    folder = f"{FUNCTIONS}/{name}"
    repo[f"{folder}/main.py"] = _MAIN.format(
        imports="\n".join(kind.imports for kind in kinds), does="\n    ".join(kind.does for kind in kinds)
    )
    needs = sorted({_FUNCTIONS_FRAMEWORK, *(need for kind in kinds for need in kind.needs)})
    repo[f"{folder}/requirements.txt"] = "".join(f"{need}\n" for need in needs)
    farm(repo, name, tuple(dict.fromkeys(link for kind in kinds for link in kind.links)))


_MAIN = """\
import base64
import json

import functions_framework

{imports}


@functions_framework.cloud_event
def handle(event):
    message = json.loads(base64.b64decode(event.data["message"]["data"]))
    {does}
"""


def functions() -> tuple[str, ...]:
    """Return the folders of all functions."""
    count = SERVICES - len(_ENTRY_POINTS) - len(IMAGES)
    return (*_ENTRY_POINTS, *(generated(number)[0] for number in range(count)))


def configuration() -> str:
    """Return the configuration, which is not part of the repository."""
    parts = ['[project]\nid = "nba-props-platform"\nregion = "us-west2"\n']
    for name in functions():
        extra = _EXTRA.get(name, "")
        parts.append(
            f'[services.{name.replace("_", "-")}]\nkind = "function"\nsource = "{FUNCTIONS}/{name}"\n'
            f'entry-point = "{_ENTRY_POINTS.get(name, "handle")}"\n{extra}'
        )
    for name, dockerfile in IMAGES.items():
        folder = dockerfile.rpartition("/")[0]
        context = folder if folder in _OWN_CONTEXT else "."
        parts.append(f'[services.{name}]\nkind = "run"\ndockerfile = "{dockerfile}"\ncontext = "{context}"\n')
    return "\n".join(parts)
