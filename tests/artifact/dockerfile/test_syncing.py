"""What `uv sync` installs of a workspace."""

from __future__ import annotations

import pytest

from deployguard.model.artifact import Artifact
from tests.artifact.images import doubts, image

BUILDS = '[build-system]\nrequires = ["hatchling"]\n'
FILES = {
    "pyproject.toml": '[project]\nname = "all"\n[tool.uv]\npackage = false\n[tool.uv.workspace]\nmembers = ["apps/*", "./libs/*/"]\n',
    "uv.lock": "",
    "apps/api/pyproject.toml": f'[project]\nname = "Api"\ndependencies = ["money_box>=1", "flask"]\n{BUILDS}',
    "apps/api/src/api/main.py": "",
    "apps/job/pyproject.toml": f'[project]\nname = "job"\n{BUILDS}[tool.uv.sources]\nextra = {{ path = "../../more/extra" }}\n',
    "apps/job/job.py": "",
    "apps/deep/er/pyproject.toml": f'[project]\nname = "deeper"\n{BUILDS}',
    "libs/money-box/pyproject.toml": f'[project]\nname = "money-box"\n{BUILDS}',
    "libs/money-box/src/money_box.py": "",
    "more/extra/pyproject.toml": f'[project]\nname = "extra"\n{BUILDS}',
    "more/extra/extra.py": "",
}
API = [("uv-lock", "apps/api"), ("local", "apps/api"), ("local", "libs/money-box")]


def built(lines: str) -> Artifact:
    return image(f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{lines}\nCMD python x.py\n", FILES)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RUN uv sync --frozen --package api", API),
        ("RUN cd apps/api && uv sync --no-dev", API),
        ("WORKDIR apps/api\nRUN uv sync", API),
        ("RUN uv sync --project apps/api", API),
        ("RUN uv sync", [("uv-lock", "uv.lock")]),
        ("RUN uv sync --package api --no-install-workspace", API[:1]),
        ("RUN uv sync --package api --no-install-project", [API[0], API[2]]),
        ("RUN uv sync --package api --no-install-package money_box", API[:2]),
        (
            "RUN uv sync --package job",
            [("uv-lock", "apps/job"), ("local", "apps/job"), ("local", "more/extra")],
        ),
        ("RUN rm uv.lock && uv sync --package api", [("pyproject", "apps/api"), *API[1:]]),
    ],
)
def test_what_is_installed_of_a_workspace(line: str, expected: list[tuple[str, str]]) -> None:
    artifact = built(line)
    assert [(one.kind, one.origin) for one in artifact.installs] == expected
    assert (artifact.problems, artifact.unknowns) == ((), ())


def test_all_packages_of_a_workspace() -> None:
    installed = {one.origin for one in built("RUN uv sync --all-packages").installs if one.kind == "local"}
    assert installed == {"apps/api", "apps/job", "libs/money-box", "more/extra"}


def test_a_member_that_is_none_is_a_doubt() -> None:
    assert doubts(built("RUN uv sync --package nobody")) == [("installs", 4)]


def test_members_are_importable_after_the_launchers_own_folders() -> None:
    roots = built("RUN uv sync --package api").launch.roots
    assert roots[-2:] == ("app/apps/api/src", "app/libs/money-box/src")
