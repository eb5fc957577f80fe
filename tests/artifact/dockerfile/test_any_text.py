"""Whatever bytes stand in a Dockerfile, an ignore file or a start script: an artifact comes back, soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.artifact.dockerfile.dockerignore import read_ignore
from deployguard.artifact.image import image_artifact
from deployguard.model.service import Service
from tests.trees import Link, tree_of

pytestmark = pytest.mark.slow

_PIECES = st.sampled_from(
    [
        "FROM python:3.12\n", "FROM a AS b\n", "FROM b\n", "COPY . /app\n", "COPY --from=b / /x\n", "ADD ", "RUN ", "CMD ",
        "ENTRYPOINT ", "ENV ", "ARG ", "WORKDIR ", "SHELL ", "ONBUILD ", "# escape=`\n", "\\\n", "`\n", "<<EOF", "EOF\n",
        "--mount=type=bind,source=app,target=/m ", "--from=0 ", "pip install -r requirements.txt", " && ", "||", ";", "|",
        "if x; then ", "fi", "(", ")", "{", "}", "$", "${", "${A:-", "$(", "`", '"', "'", "[", "]", '["', '"]', "*", "**/", "!",
        "\n", " ", "/", "..", "../", "python -m ", "gunicorn ", "exec ", "uv sync", "mv ", "cp -r ", "ln -s ", "rm -rf ", "app",
        "app/a.py", "start.sh", ">", ">>", "2>&1", "<", "touch ", "cd ", "export A=", "env -i ", "-", "--", "=", "\\", "\0", "é",
    ]
)  # fmt: skip
_TEXT = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))


def replayed(dockerfile: str | bytes, ignore: str | bytes = "", script: str = "") -> None:
    tree = tree_of(
        {
            "Dockerfile": dockerfile,
            ".dockerignore": ignore,
            "app/a.py": "",
            "app/l": Link("../app"),
            "app/m": Link("m"),
            "start.sh": script,
            "requirements.txt": "",
        }
    )
    artifact = image_artifact(tree, Service("api", "run", dockerfile="Dockerfile"))
    assert artifact.service == "api"


@settings(max_examples=300, deadline=2000)
@given(_TEXT, _TEXT)
def test_any_dockerfile_and_ignore_file(dockerfile: str, ignore: str) -> None:
    replayed(dockerfile.encode("utf-8", "replace"), ignore.encode("utf-8", "replace"))


@settings(max_examples=200, deadline=2000)
@given(_TEXT)
def test_any_instruction_in_a_stage(text: str) -> None:
    replayed(f"FROM python:3.12 AS b\nCOPY . /app\nWORKDIR /app\n{text}\n".encode("utf-8", "replace"))


@settings(max_examples=200, deadline=2000)
@given(_TEXT, st.sampled_from(["CMD ", "ENTRYPOINT ", "RUN ", "CMD ./start.sh #"]))
def test_any_command(text: str, keyword: str) -> None:
    dockerfile = f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{keyword}{text}\n"
    replayed(dockerfile.encode("utf-8", "replace"), script=text.encode("utf-8", "replace").decode())


@settings(max_examples=100, deadline=2000)
@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    replayed(content, content)


@pytest.mark.parametrize(
    "text",
    [
        "RUN " + "${a:-" * 5000,
        "RUN " + "(" * 20000,
        "RUN " + "$(" * 3000,
        "CMD " + "[" * 20000,
        "CMD " + "exec " * 5000 + "python x.py",
        "RUN " + "sh -c '" * 2000,
        "RUN " + "< a " * 5000,
        "ENV A=x" + "$A" * 5000 + "\n" + "ENV A=$A$A$A$A$A$A$A$A\n" * 40,
        "COPY " + "*" * 5000 + " /x",
        "COPY " + "[" * 5000 + " /x",
        "\\\n" * 20000,
        "RUN cp -r /app /app/x\n" * 200,
        "RUN A=x$A$A$A$A" + ";A=$A$A$A$A" * 60,
    ],
    ids=range(13),
)
def test_texts_that_would_take_long(text: str) -> None:
    started = time.process_time()
    replayed(f"FROM python:3.12\nCOPY . /app\n{text}\n")
    assert time.process_time() - started < 3


@pytest.mark.parametrize("pattern", ["*a" * 40, "**/a/" * 60, "**/*" * 60, "[a-z]*" * 50, "!**/x\n" * 500])
def test_patterns_that_would_take_long(pattern: str) -> None:
    started = time.process_time()
    tree = tree_of(
        {
            "Dockerfile": "FROM python:3.12\nCOPY . /x\n",
            ".dockerignore": pattern,
            "a" * 60: "",
            "/".join("a" * 20): "",
        }
    )
    image_artifact(tree, Service("api", "run", dockerfile="Dockerfile"))
    assert time.process_time() - started < 3


_SEGMENT = st.text(alphabet="ab*?[]-^\\/!.", max_size=8)


@settings(max_examples=300, deadline=2000)
@given(_SEGMENT, st.text(alphabet="ab/.-!^", min_size=1, max_size=8))
def test_the_look_that_rules_paths_out_rules_out_no_match(text: str, path: str) -> None:
    one = read_ignore(".dockerignore", text)
    for pattern in one.patterns:
        if pattern.matches(path) and not pattern.keeps:
            assert one.excludes(path) is not None


def test_a_dockerfile_of_five_megabytes_is_read() -> None:
    tree = tree_of({"Dockerfile": f"FROM python:3.11\nRUN {'a' * 5_000_000}\n"})
    artifact = image_artifact(tree, Service(name="x", kind="run", dockerfile="Dockerfile"))
    assert artifact.launch.by == "unknown"
