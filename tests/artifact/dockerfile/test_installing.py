from __future__ import annotations

import pytest

from deployguard.model.artifact import Artifact
from deployguard.model.problem import ProblemKind
from tests.artifact.images import doubts, image
from tests.trees import Link

PROJECT = '[project]\nname = "p"\n[build-system]\nrequires = ["hatchling"]\n[project.scripts]\nserve = "p.cli:run"\n'
FILES: dict[str, str | bytes | Link] = {
    "requirements.txt": "flask",
    "deps/base.txt": "a",
    "deps/limits.txt": "a",
    "lib/pyproject.toml": PROJECT,
    "lib/src/p/__init__.py": "",
    "lib/src/p/cli.py": "",
    "lib/uv.lock": "",
    "poetry.lock": "",
    "pyproject.toml": "[tool.poetry]\nname = 'x'\n",
    "x/__init__.py": "",
}


def build(lines: str) -> Artifact:
    return image(f"FROM python:3.12 AS one\nWORKDIR /app\nCOPY . .\n{lines}\nCMD python x.py\n", FILES)


def installs(lines: str) -> list[tuple[str, str]]:
    return [(one.kind, one.origin or one.text) for one in build(lines).installs]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("RUN pip install -r requirements.txt", [("requirements", "requirements.txt")]),
        (
            "RUN pip3 install --no-cache-dir --requirement=requirements.txt",
            [("requirements", "requirements.txt")],
        ),
        ("RUN python3 -m pip install -rrequirements.txt", [("requirements", "requirements.txt")]),
        (
            "RUN set -ex; pip install -U pip && pip install -r /app/deps/base.txt -c deps/limits.txt",
            [("direct", "pip"), ("requirements", "deps/base.txt"), ("constraints", "deps/limits.txt")],
        ),
        (
            "RUN --mount=type=cache,target=/root/.cache PIP_X=1 pip install 'gunicorn>=22' uvicorn[standard]",
            [("direct", "gunicorn>=22"), ("direct", "uvicorn[standard]")],
        ),
        ("RUN pip install --index-url https://i/simple --extra-index-url https://j a", [("direct", "a")]),
        ("RUN uv pip install --system -r requirements.txt", [("requirements", "requirements.txt")]),
        ("RUN uv pip sync requirements.txt", [("requirements", "requirements.txt")]),
        ("RUN cd deps && pip install -r base.txt", [("requirements", "deps/base.txt")]),
        ("RUN sh -c 'pip install -r requirements.txt'", [("requirements", "requirements.txt")]),
        ("RUN pip install ./lib", [("local", "lib")]),
        ("RUN pip install -e lib[extra]", [("local", "lib")]),
        ("RUN pip install git+https://example.com/x.git", [("direct", "git+https://example.com/x.git")]),
        ("RUN cd lib && uv sync --frozen --no-dev --no-install-project", [("uv-lock", "lib/uv.lock")]),
        ("RUN cd lib && uv sync", [("uv-lock", "lib/uv.lock"), ("local", "lib")]),
        ("RUN poetry install --no-root --only main", [("poetry-lock", "poetry.lock")]),
        ("RUN poetry install --only main", [("poetry-lock", "poetry.lock"), ("local", "")]),
        ("RUN poetry install --only-root", [("local", "")]),
        ("RUN rm poetry.lock && poetry sync --no-root", [("pyproject", "")]),
        ("RUN cd lib && FLIT_ROOT_INSTALL=1 flit install --deps production", [("local", "lib")]),
        ("RUN cd lib && flit install --only-deps", [("pyproject", "lib")]),
        ("RUN pdm install --prod", [("pyproject", ""), ("local", "")]),
        ("RUN uv export -o /tmp/r.txt && pip install -r /tmp/r.txt", [("pyproject", "")]),
        ("RUN poetry export > r.txt && pip install -r r.txt", [("pyproject", "")]),
        ('RUN pip install "$PACKAGE"', []),
        ("RUN apt-get update && apt-get install -y graphviz python3-pip", []),
        ("RUN <<EOF\npip install -r requirements.txt\nEOF", [("requirements", "requirements.txt")]),
        ("RUN python - <<EOF\npip install nothing\nEOF", []),
        ("RUN cat requirements.txt | xargs -n 1 pip install", [("requirements", "requirements.txt")]),
        ("RUN xargs -a deps/base.txt python -m pip install", [("requirements", "deps/base.txt")]),
        ("RUN poetry export | pip install -r /dev/stdin", [("pyproject", "")]),
        ("RUN uv export --no-dev | uv pip install --system -r -", [("pyproject", "")]),
    ],
)
def test_what_is_installed(lines: str, expected: list[tuple[str, str]]) -> None:
    assert installs(lines) == expected
    assert build(lines).problems == ()


@pytest.mark.parametrize(
    "line",
    [
        'RUN pip install "$PACKAGE"',
        "RUN conda env create -f e.yml",
        "RUN pipenv install --system",
        "RUN curl https://x/r.txt > r.txt && pip install -r r.txt",
        "RUN pip install /wheels/*.whl",
    ],
)
def test_what_is_installed_otherwise_is_unknown(line: str) -> None:
    assert ("installs", 4) in doubts(build(line))


@pytest.mark.parametrize(
    ("base", "lines", "expected"),
    [
        ("python:3.12", "RUN apt-get install -y python3-yaml", []),
        ("python:3.12-alpine", "RUN apk add py3-numpy", []),
        ("debian:12", "RUN apt-get install -y python3-yaml", [("installs", 4)]),
        ("marketplace.gcr.io/google/debian11", "RUN apt-get install -y python3-yaml", [("installs", 4)]),
        (
            "python:3.12",
            "RUN apt-get install -y python3-yaml\nENV PYTHONPATH=/usr/lib/python3/dist-packages",
            [("installs", 4)],
        ),
    ],
)
def test_distributions_of_the_system_are_for_the_system_s_python(
    base: str, lines: str, expected: list[tuple[str, int]]
) -> None:
    found = image(f"FROM {base}\nWORKDIR /app\nCOPY . .\n{lines}\nCMD python3 x.py\n", {"x.py": ""})
    assert doubts(found) == expected


@pytest.mark.parametrize(
    ("lines", "subjects"),
    [
        ("COPY uv.lock ./\nRUN uv sync --no-dev", ["pyproject.toml"]),
        ("COPY pyproject.toml ./\nRUN uv sync --locked", ["uv.lock"]),
        ("COPY pyproject.toml ./\nRUN uv sync", []),
        ("RUN --mount=type=bind,source=pyproject.toml,target=pyproject.toml uv sync", []),
        ("COPY poetry.lock ./\nRUN poetry install --no-root", ["pyproject.toml"]),
        ("COPY x x\nRUN pip install .", ["pyproject.toml"]),
        ("COPY lib/p /app/lib/p\nRUN pip install -e ./lib", ["lib/setup.py"]),
        ("RUN git clone https://example.com/p . && pip install .", []),
    ],
)
def test_a_project_that_was_not_copied_cannot_be_installed(lines: str, subjects: list[str]) -> None:
    files: dict[str, str | bytes | Link] = {
        **dict.fromkeys(("uv.lock", "poetry.lock", "x/__init__.py", "lib/setup.py", "lib/p/__init__.py"), ""),
        "pyproject.toml": PROJECT,
    }
    found = image(f"FROM python:3.12\nWORKDIR /app\n{lines}\nCMD python x\n", files)
    assert [one.subject for one in found.problems] == subjects


def test_what_is_handed_to_pip_is_gone_with_its_line() -> None:
    found = build("RUN cat requirements.txt\nRUN pip install -r /dev/stdin")
    assert not found.installs
    assert ("installs", 5) in doubts(found)


def test_a_requirements_file_that_was_not_copied_fails_the_build() -> None:
    found = image("FROM python:3.12\nWORKDIR /app\nRUN pip install -r requirements.txt\nCOPY . .\n", FILES)
    (problem,) = found.problems
    assert (problem.kind, problem.subject, problem.place.line) == (
        ProblemKind.MISSING_PATH,
        "requirements.txt",
        3,
    )


def test_a_requirements_file_shown_by_a_bind_mount() -> None:
    found = image(
        "FROM python:3.12\nRUN --mount=type=bind,source=deps/base.txt,target=/tmp/r.txt pip install -r /tmp/r.txt\n",
        FILES,
    )
    assert [one.origin for one in found.installs] == ["deps/base.txt"]
    assert "tmp/r.txt" not in found.files


@pytest.mark.parametrize(
    ("made", "copied", "expected"),
    [
        ("pip install -r requirements.txt", "COPY --from=one /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages", True),
        ("pip install -r requirements.txt", "COPY --from=one /usr/local /usr/local", True),
        ("pip install -r requirements.txt", "COPY --from=one /usr/local/bin /usr/local/bin", False),
        ("pip install -r requirements.txt", "COPY --from=one /app /app", False),
        ("pip install --user -r requirements.txt", "COPY --from=one /root/.local /root/.local", True),
        ("pip install --prefix=/install -r requirements.txt", "COPY --from=one /install /usr/local", True),
        ("python -m venv /opt/venv && /opt/venv/bin/pip install -r requirements.txt", "COPY --from=one /opt/venv /opt/venv", True),
        ("python -m venv /opt/venv && . /opt/venv/bin/activate && pip install -r requirements.txt", "COPY --from=one /opt/venv /venv", True),
        ("pip wheel -r requirements.txt -w /wheels", "COPY --from=one /wheels /wheels\nRUN pip install /wheels/*", True),
        ("pip wheel -r requirements.txt -w /wheels", "COPY --from=one /wheels /wheels", False),
        ("pip wheel -r requirements.txt -w /wheels",
         "RUN --mount=type=bind,from=one,source=/wheels,target=/w pip install --no-index /w/*.whl", True),
        ("pip install --target /deps -r requirements.txt", "COPY --from=one /deps /deps", True),
    ],
)  # fmt: skip
def test_installs_of_an_earlier_stage_count_where_they_are_copied(
    made: str, copied: str, expected: bool
) -> None:
    lines = f"FROM python:3.12 AS one\nWORKDIR /app\nCOPY . .\nRUN {made}\nFROM python:3.12-slim\n{copied}\nCMD python x.py\n"
    found = image(lines, FILES)
    assert bool(found.installs) is expected


def test_a_venv_put_on_path_is_where_pip_installs() -> None:
    lines = (
        "FROM python:3.12 AS one\nCOPY . /app\nWORKDIR /app\nRUN python -m venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\n"
        "RUN pip install -r requirements.txt\nFROM python:3.12-slim\nCOPY --from=one /opt/venv /opt/venv\n"
    )
    assert [one.origin for one in image(lines, FILES).installs] == ["requirements.txt"]


def test_an_editable_project_adds_its_source_folder() -> None:
    found = build("RUN pip install -e ./lib")
    assert found.launch.roots == ("app", "app/lib/src")


def test_an_installed_project_is_imported_from_where_it_was_installed() -> None:
    lines = (
        "FROM python:3.12 AS one\nCOPY lib /src\nRUN pip install --prefix=/install /src\n"
        'FROM python:3.12-slim\nCOPY --from=one /install /usr/local\nCMD ["python", "-m", "p.cli"]\n'
    )
    found = image(lines, FILES)
    library = "usr/local/lib/python3.12/site-packages"
    assert found.files[f"{library}/p/cli.py"].origin == "lib/src/p/cli.py"
    assert library in found.launch.roots


def test_a_command_of_an_installed_project_is_its_entry() -> None:
    lines = "FROM python:3.12\nCOPY lib /src\nRUN pip install -e /src\nCMD serve --port 80\n"
    launch = image(lines, FILES).launch
    assert (launch.module, launch.target, launch.roots) == ("p.cli", "run", ("src/src",))


@pytest.mark.parametrize(
    ("image_name", "runtime", "certain"),
    [
        ("python:3.11-slim", "3.11", True),
        ("python:3.12.1-alpine3.19", "3.12", True),
        ("docker.io/library/python:3.13", "3.13", True),
        ("mirror.gcr.io/library/python:3.10-slim", "3.10", True),
        ("python:3.11@sha256:abc", "3.11", True),
        ("mcr.microsoft.com/devcontainers/python:3.11", "3.11", True),
        ("gcr.io/distroless/python3-debian12", "3.11", True),
        ("ghcr.io/astral-sh/uv:python3.13-bookworm-slim", "3.13", True),
        ("ghcr.io/astral-sh/uv:0.5.4-python3.12-alpine", "3.12", True),
        ("debian:bookworm-slim", "3.11", True),
        ("ubuntu:22.04", "3.10", True),
        ("us-central1-docker.pkg.dev/serverless-runtimes/google-22/runtimes/python312", "3.12", True),
        ("us-docker.pkg.dev/p/base/python:3.12", "3.12", False),
        ("tensorflow/tensorflow:2.15.0", "3.11", False),
        ("tiangolo/uvicorn-gunicorn-fastapi:python3.9", "3.9", False),
        ("public.ecr.aws/lambda/python:3.12", "3.12", False),
        ("localhost:5000/base", "3.11", False),
    ],
)
def test_the_base_image_tells_the_runtime(image_name: str, runtime: str, certain: bool) -> None:
    found = image(f"FROM {image_name}\nCMD python x.py\n")
    assert found.runtime.version == runtime
    assert ("installs" not in {covers for covers, _ in doubts(found)}) is certain


@pytest.mark.parametrize("name", ["python", "python:3", "python:latest", "python:slim", "ubuntu:latest"])
def test_a_moving_tag_leaves_the_runtime_in_doubt(name: str) -> None:
    assert "runtime" in {covers for covers, _ in doubts(image(f"FROM {name}\nCMD python x.py\n"))}


def test_a_python_from_the_package_manager() -> None:
    found = image(
        "FROM ubuntu:22.04\nRUN apt-get install -y python3.12 python3.12-venv\nCMD python3.12 x.py\n"
    )
    assert found.runtime.version == "3.12"
