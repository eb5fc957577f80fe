"""No bytes make a reader raise; and pip's own parser agrees on what a line is."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.requirements.lines import parse_requirements
from tests.requirements.made import install, set_of

pytestmark = pytest.mark.slow

_WORDS = st.sampled_from(
    [
        "flask", "PyYAML", "==1.0", ">=1,<2", "~=5", "[a,b]", " ", "\\", "\n", "\r\n", "#", " # c", "; ", "@ ", "=",
        "python_version<'3'", "extra == 'x'", "-r ", "-c ", "-e ", "--hash=sha256:00", "--pre", "./lib", "../x", "${A}",
        "https://x.test/a.zip", "#egg=a", "git+https://x.test/a", "'", '"', "(", ")", "[", "]", "{", "}", "\ufeff", "\x85",
        "[project]", "name = 'x'", "dependencies", "[[package]]", "source", "version", "true", "1", ",", "requirements.txt",
        "[tool.poetry.dependencies]", "[dependency-groups]", "dynamic", "[options]", "install_requires", "setup(", "\x00",
    ]
)  # fmt: skip
_CONTENT = st.one_of(
    st.binary(max_size=200), st.lists(_WORDS, max_size=30).map(lambda words: "".join(words).encode())
)
_FILES = [
    "requirements.txt",
    "pyproject.toml",
    "uv.lock",
    "poetry.lock",
    "pylock.toml",
    "setup.py",
    "setup.cfg",
]


@given(
    content=_CONTENT,
    name=st.sampled_from(_FILES),
    kind=st.sampled_from(["requirements", "constraints", "uv-lock", "local"]),
)
@settings(deadline=None, max_examples=400)
def test_any_bytes_give_a_value(content: bytes, name: str, kind: str) -> None:
    origin = "" if kind == "local" else name

    found = set_of({name: content, "lib/setup.py": content}, install(origin, kind))

    assert all(each.covers == "installs" and each.reason for each in found.unknowns)
    assert all(requirement.name for requirement in found.requirements)


@given(st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.sampled_from(["six", "a=1", "", "."])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["name", "version", "a"]), inner, max_size=3)),
))  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_any_shape_of_toml_gives_a_value(value: object) -> None:
    keys = ("project.dependencies", "project.optional-dependencies", "dependency-groups", "tool.poetry.dependencies",
            "tool.setuptools.dynamic", "package", "packages", "project.name", "tool.hatch", "tool.poetry.packages")  # fmt: skip
    for key in keys:
        text = f"{key} = {_toml(value)}\n"
        set_of({"pyproject.toml": text}, install("", "pyproject", "a", "name"))
        set_of({"uv.lock": text}, install("uv.lock", "uv-lock", "a"))
        set_of({"pylock.toml": text}, install("pylock.toml"))


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool) or value is None:
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f"'{value}'"


@given(st.lists(_WORDS, max_size=20).map("".join))
@settings(deadline=None, max_examples=300)
def test_pip_finds_the_same_logical_lines(text: str) -> None:
    req_file = pytest.importorskip("pip._internal.req.req_file")
    theirs = list(req_file.preprocess(text))
    if "A" in os.environ or text.startswith(
        "\ufeff"
    ):  # pip would put the variable's value in, or keeps the mark
        return

    ours = [(line.line, line.raw) for line in parse_requirements(text.encode()).lines]

    assert {number for number, _ in ours} <= {number for number, _ in theirs}
    missed = {raw for _, raw in theirs} - {raw for _, raw in ours}
    assert all(raw.startswith("-") for raw in missed)  # a line of nothing but --hash says nothing


@pytest.mark.parametrize("line", ["flask==1.0", "a[b] ~= 1.1", "a;python_version<'3'", "a @ https://x.test/a.zip", "-e git+https://x.test/a#egg=a", "a=1", "a b", "git+https://x.test/a#egg=b&x=1"])  # fmt: skip
def test_pip_reads_the_same_distribution(line: str) -> None:
    constructors = pytest.importorskip("pip._internal.req.constructors")
    exceptions = pytest.importorskip("pip._internal.exceptions")
    (ours,) = parse_requirements(line.encode()).lines
    try:
        make = (
            constructors.install_req_from_editable
            if line.startswith("-e ")
            else constructors.install_req_from_line
        )
        theirs = make(line.removeprefix("-e "))
    except exceptions.InstallationError:
        assert ours.kind == "unreadable"
        return
    assert (ours.kind, ours.name) == ("named", theirs.req.name)
