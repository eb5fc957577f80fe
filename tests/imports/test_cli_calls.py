from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.imports.cli_calls import runs_cli
from deployguard.imports.facts import ProgramCall


def found(text: str) -> list[tuple[str, int, str | None]]:
    return [call[:3] for call in runs_cli(ast.parse(dedent(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import subprocess\nsubprocess.run(["gcloud", "run", "deploy"])', [("gcloud", 2, None)]),
        ('import subprocess as sp\nsp.check_output("gsutil ls", shell=True)', [("gsutil", 2, None)]),
        ('from subprocess import Popen as P\nP(("/usr/bin/bq", "query"))', [("bq", 2, None)]),
        ('import os\ndef f():\n    os.system(f"cd {x} && bq query {q}")', [("bq", 3, "f")]),
        (
            'import subprocess\ndef f():\n    c = ["gcloud"] + rest\n    subprocess.call(c)',
            [("gcloud", 4, "f")],
        ),
        ('import subprocess\nsubprocess.run(["bash", "-c", "gsutil cp a b"])', [("gsutil", 2, None)]),
        (
            'import pexpect\nclass A:\n  def go(self):\n    pexpect.spawn("gcloud auth login")',
            [("gcloud", 4, "go")],
        ),
        (
            'import asyncio\nasync def f():\n  await asyncio.create_subprocess_exec("gcloud", "x")',
            [("gcloud", 3, "f")],
        ),
        ('import os\nos.popen("bq")', [("bq", 2, None)]),
    ],
)
def test_finds(text: str, expected: list[tuple[str, int, str | None]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'import subprocess\nsubprocess.run(["git", "log"])',
        'import subprocess\nsubprocess.run("echo gcloud run deploy", shell=True)',
        'print("gcloud run deploy")',
        'LOG.run("gcloud run deploy")',
        'import subprocess\nsubprocess.run(["./gcloud_wrapper.sh"])',
        "import subprocess\nsubprocess.run(command)",
        'import subprocess\nif __name__ == "__main__":\n    subprocess.run(["gcloud"])',
    ],
)
def test_leaves_alone(text: str) -> None:
    assert found(text) == []


def test_a_call_in_a_try_is_guarded() -> None:
    text = """\
    import subprocess
    try:
        subprocess.run(["gcloud", "info"])
    except FileNotFoundError:
        subprocess.run(["gsutil", "ls"])
    """
    assert runs_cli(ast.parse(dedent(text))) == (
        ProgramCall("gcloud", 3, None, guarded=True),
        ProgramCall("gsutil", 5, None),
    )


@given(st.text(alphabet="gcloud bq&&|;/'$", max_size=40))
def test_any_command_line(line: str) -> None:
    runs_cli(ast.parse(f"import os\nos.system({line!r})"))
