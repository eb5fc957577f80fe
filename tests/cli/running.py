"""A repository for a test of the command line, and running the command in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deployguard.cli import main
from tests.repositories import make_repository, sample_files

CONFIGURATION = """\
[project]
id = "sample-project"
region = "us-west2"

[services.orders]
kind = "function"
source = "functions/orders"
entry-point = "handle"
"""

REPOSITORY = f"""\
-- deployguard.toml --
{CONFIGURATION}
[services.parcels]
kind = "function"
source = "functions/parcels"
entry-point = "handle"
-- functions/orders/main.py --
import functions_framework
from shared.rules import check


@functions_framework.http
def handle(request):
    return check(request)
-- functions/orders/requirements.txt --
functions-framework==3.8
-- functions/orders/shared/__init__.py -> ../../../shared/__init__.py --
-- functions/orders/shared/rules.py -> ../../../shared/rules.py --
-- functions/parcels/main.py --
import functions_framework


@functions_framework.http
def handle(request):
    return "ok"
-- functions/parcels/requirements.txt --
functions-framework==3.8
requests==2.32.3
-- shared/__init__.py --
-- shared/rules.py --
def check(request):
    return "ok"
-- shared/retry.py --
import tenacity
from shared import clock
-- shared/clock.py --
import time
"""


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:  # noqa: ANN401  it is whatever the JSON says
        return json.loads(self.out)


class Shell:
    """Runs deployguard in a repository."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture

    def __call__(self, verb: str, *arguments: str) -> Ran:
        self.capture.readouterr()
        code = main([verb, "-C", str(self.folder), *arguments])
        written = self.capture.readouterr()
        return Ran(code, written.out, written.err)

    def write(self, path: str, text: str) -> None:
        at = self.folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")


def repository(folder: Path, text: str = REPOSITORY) -> Path:
    return make_repository(folder, list(sample_files(text)))
