from __future__ import annotations

import pytest

from deployguard.artifact.buildpack import buildpack_artifact
from deployguard.model.artifact import Artifact
from deployguard.model.problem import ProblemKind
from deployguard.model.runtime import DEFAULT_RUNTIME, Runtime
from deployguard.model.service import Include, Service
from tests.trees import Link, tree_of

Files = dict[str, str | bytes | Link]


def built(files: Files, *, runtime: Runtime = DEFAULT_RUNTIME, include: tuple[Include, ...] = ()) -> Artifact:
    service = Service("api", "run", source="svc", runtime=runtime, include=include)
    return buildpack_artifact(tree_of(files), service)


def test_files_land_in_the_workspace_with_links_dereferenced() -> None:
    found = built({"svc/main.py": "", "svc/shared": Link("../shared"), "shared/a.py": ""})
    assert found.files["workspace/shared/a.py"].origin == "shared/a.py"
    assert (found.launch.module, found.launch.target, found.launch.roots) == ("main", "app", ("workspace",))


def test_the_procfile_decides() -> None:
    found = built({"svc/main.py": "", "svc/Procfile": "worker: x\nweb: uvicorn api:app --port $PORT\n"})
    assert (found.launch.by, found.launch.module) == ("uvicorn", "api")
    assert found.launch.place == ("svc/Procfile", 2)


def test_the_entry_point_of_the_project_descriptor() -> None:
    text = '[[build.env]]\nname = "GOOGLE_ENTRYPOINT"\nvalue = "python serve.py"\n'
    assert built({"svc/main.py": "", "svc/project.toml": text}).launch.file == "workspace/serve.py"


@pytest.mark.parametrize(
    ("files", "runtime", "by", "module"),
    [
        ({"svc/main.py": "", "svc/app.py": ""}, Runtime(3, 11), "gunicorn", "main"),
        ({"svc/app.py": ""}, Runtime(3, 11), "gunicorn", "app"),
        ({"svc/main.py": "", "svc/requirements.txt": "uvicorn"}, Runtime(3, 12), "gunicorn", "main"),
        ({"svc/main.py": "", "svc/requirements.txt": "flask\nuvicorn>=1"}, Runtime(3, 13), "uvicorn", "main"),
        ({"svc/main.py": "", "svc/requirements.txt": "fastapi[standard]"}, Runtime(3, 13), "uvicorn", "main"),
        ({"svc/main.py": "", "svc/requirements.txt": "gunicorn\nuvicorn"}, Runtime(3, 13), "gunicorn", "main"),
        ({"svc/main.py": "", "svc/requirements.txt": "streamlit"}, Runtime(3, 13), "streamlit", None),
        ({"svc/main.py": "", "svc/.python-version": "3.13\n", "svc/requirements.txt": "uvicorn"}, Runtime(3, 11), "uvicorn", "main"),
        ({"svc/main.py": "", "svc/pyproject.toml": "[project]\ndependencies = ['uvicorn']"}, Runtime(3, 13), "uvicorn", "main"),
        ({"svc/other.py": ""}, Runtime(3, 11), "unknown", None),
    ],
)  # fmt: skip
def test_the_default_command(files: Files, runtime: Runtime, by: str, module: str | None) -> None:
    found = built(files, runtime=runtime)
    assert (found.launch.by, found.launch.module) == (by, module)


def test_requirements_beat_the_project_file_and_gunicorn_is_brought() -> None:
    files: Files = {"svc/main.py": "", "svc/requirements.txt": "flask", "svc/pyproject.toml": ""}
    assert [(one.kind, one.origin or one.text) for one in built(files).installs] == [
        ("requirements", "svc/requirements.txt"),
        ("direct", "gunicorn"),
    ]


def test_ignored_and_dangling_paths_are_told() -> None:
    files: Files = {
        "svc/main.py": "",
        "svc/x.py": "",
        "svc/.gcloudignore": "x.py\n",
        "svc/l.py": Link("../no.py"),
    }
    found = built(files)
    assert "workspace/x.py" in found.ignored
    assert [problem.kind for problem in found.problems] == [ProblemKind.DANGLING_LINK]


def test_included_folders_are_staged() -> None:
    found = built({"svc/main.py": "", "shared/a.py": ""}, include=(Include("shared", "shared"),))
    assert "workspace/shared/a.py" in found.files


@pytest.mark.parametrize("text", ["[", "a = 1\n[build]\nenv = 3\n", "[[build.env]]\nname = 1\n"])
def test_a_broken_project_descriptor_is_no_traceback(text: str) -> None:
    assert built({"svc/main.py": "", "svc/project.toml": text}).launch.by == "gunicorn"


def test_gunicorn_is_not_brought_where_the_project_names_its_own_start() -> None:
    text = '[[build.env]]\nname = "GOOGLE_ENTRYPOINT"\nvalue = "gunicorn main:app"\n'
    found = built({"svc/main.py": "", "svc/requirements.txt": "flask", "svc/project.toml": text})
    assert [one.text or one.origin for one in found.installs] == ["svc/requirements.txt"]
