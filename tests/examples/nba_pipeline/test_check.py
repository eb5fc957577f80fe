"""The example is whole; each defect of a pipeline like it, planted into a copy, is found by the rule made for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deployguard.config.load import load_project
from deployguard.rules.check import Request, check
from deployguard.rules.registry import chosen
from deployguard.source.git import open_repository
from deployguard.source.index import index_tree
from tests.repositories import git

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[3] / "examples" / "nba_pipeline"
FUNCTION = "orchestration/cloud_functions/phase3_to_phase4"
ORCHESTRATOR = "phase3-to-phase4-orchestrator"
ANALYTICS = "nba-phase3-analytics-processors"

Planting = Callable[[Path], None]


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    """A committed copy of the example."""
    copy = tmp_path / "pipeline"
    shutil.copytree(EXAMPLE, copy, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    git(copy, "init", "--quiet", "--initial-branch", "main")
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message", "Begin")
    return copy


def without(path: str) -> Planting:
    return lambda folder: (folder / path).unlink()


def renamed(old: str, new: str) -> Planting:
    def rename(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return rename


def edited(path: str, old: str, new: str) -> Planting:
    def edit(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))

    return edit


def written(path: str, text: str) -> Planting:
    def write(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return write


def together(*plantings: Planting) -> Planting:
    def plant(folder: Path) -> None:
        for planting in plantings:
            planting(folder)

    return plant


NEW_MODULE = together(
    written("shared/completion/history.py", "HISTORY = ()\n"),
    edited("shared/completion/tracker.py", "from __future__ import annotations\n", "from __future__ import annotations\n\nfrom shared.completion.history import HISTORY\n"),
)  # fmt: skip
PLANTINGS: dict[str, tuple[Planting, set[str]]] = {
    "a module added to shared code, and no link in the function": (
        NEW_MODULE,
        {f"{ORCHESTRATOR} DG101 shared.completion.history error"},
    ),
    "a link that was removed": (
        without(f"{FUNCTION}/shared/messages/rejected.py"),
        {f"{ORCHESTRATOR} DG101 shared.messages.rejected error"},
    ),
    "a target that was renamed": (
        renamed("shared/moments.py", "shared/times.py"),
        {
            f"{ORCHESTRATOR} DG102 {FUNCTION}/shared/moments.py error",
            f"{ORCHESTRATOR} DG101 shared.moments error",
            f"{ANALYTICS} DG101 shared.moments error",
        },
    ),
    "a requirement missing from the function": (
        edited(f"{FUNCTION}/requirements.txt", "PyYAML>=6.0,<7\n", ""),
        {f"{ORCHESTRATOR} DG201 pyyaml error"},
    ),
    "a requirement missing from the service": (
        edited("data_processors/analytics/requirements.txt", "PyYAML", "# PyYAML"),
        {f"{ANALYTICS} DG201 pyyaml error"},
    ),
    "one distribution of google's namespace for another, imported where it is used": (
        edited(f"{FUNCTION}/requirements.txt", "google-cloud-firestore", "google-cloud-bigquery"),
        {f"{ORCHESTRATOR} DG221 google-cloud-firestore error"},
    ),
    "a yaml file that is not linked": (
        without(f"{FUNCTION}/shared/config/phase3.yaml"),
        {f"{ORCHESTRATOR} DG110 {FUNCTION}/shared/config/phase3.yaml error"},
    ),
    "a Dockerfile without COPY": (
        edited("data_processors/analytics/Dockerfile", "COPY shared/ shared/\n", ""),
        {f"{ANALYTICS} DG101 shared error"},
    ),
    "a data file that an ignore file keeps out": (
        written(".dockerignore", "**/*.yaml\n"),
        {f"{ANALYTICS} DG105 shared/config/phase3.yaml error"},
    ),
    "a syntax that the runtime refuses": (
        written(f"{FUNCTION}/names.py", "def joined(names):\n    return f\"{'\\n'.join(names)}\"\n"),
        {f"{ORCHESTRATOR} DG112 {FUNCTION}/names.py error"},
    ),
    "a name that is not defined": (
        edited("shared/structured_logs.py", "def log_as_json(", "def log_in_json("),
        {f"{ORCHESTRATOR} DG113 shared.structured_logs.log_as_json error"},
    ),
    "an entry point that is not defined": (
        edited("deployguard.toml", 'entry-point = "orchestrate', 'entry-point = "orchestrates'),
        {f"{ORCHESTRATOR} DG111 orchestrates_phase3_to_phase4 error"},
    ),
    "a start command that names nothing": (
        edited("data_processors/analytics/Dockerfile", "main_analytics_service:app", "main_service:app"),
        {f"{ANALYTICS} DG111 data_processors.analytics.main_service error"},
    ),
    "variables wiped by a script": (
        written("bin/deploy.sh", "gcloud run deploy x --image $IMAGE --set-env-vars A=1 --labels commit=$SHA\n"),
        {"repository DG301 --set-env-vars error"},
    ),
    "something deployable that nobody listed": (
        together(
            written("orchestration/cloud_functions/phase4/requirements.txt", "functions-framework\n"),
            written(
                "orchestration/cloud_functions/phase4/main.py",
                "import functions_framework\n\n\n@functions_framework.http\ndef handle(request):\n    return 'ok'\n",
            ),
        ),
        {"repository DG402 orchestration/cloud_functions/phase4/main.py warning"},
    ),
}


def test_the_example_has_nothing_to_find(pipeline: Path) -> None:
    assert found(pipeline) == set()


@pytest.mark.parametrize("name", PLANTINGS)
def test_a_planted_defect_is_found(pipeline: Path, name: str) -> None:
    plant, expected = PLANTINGS[name]
    plant(pipeline)
    git(pipeline, "add", "--all")
    assert expected <= found(pipeline)


def test_a_link_that_is_not_committed_satisfies_nothing(pipeline: Path) -> None:
    NEW_MODULE(pipeline)
    git(pipeline, "add", "--all")
    link = pipeline / FUNCTION / "shared/completion/history.py"
    link.symlink_to("../../../../../shared/completion/history.py")
    path = link.relative_to(pipeline)
    assert found(pipeline) == {f"{ORCHESTRATOR} DG103 {path} error"}


def found(pipeline: Path) -> set[str]:
    tree = index_tree(open_repository(pipeline))
    report = check(tree, load_project(tree, None), Request((), chosen((), ())), {})
    assert not report.unknowns()
    return {
        f"{service or 'repository'} {finding.code} {finding.subject} {finding.severity}"
        for service, finding in report.found()
    }
