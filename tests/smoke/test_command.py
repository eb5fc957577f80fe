"""`deployguard smoke`, from the repository to the exit code, with what it really installs."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from tests.cli.running import Shell, repository

pytestmark = pytest.mark.slow

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"  # on another Python, smoke knows less
CONFIGURATION = f"""\
-- deployguard.toml --
[project]
id = "sample-project"
region = "us-west2"

[services.orders]
kind = "function"
source = "functions/orders"
entry-point = "handle"
runtime = "python{HERE.replace(".", "")}"
required-env = ["ORDERS_TABLE"]

[services.parcels]
kind = "run"
dockerfile = "services/parcels/Dockerfile"
"""
FUNCTION = """\
-- functions/orders/main.py --
import os
import functions_framework
from flask import jsonify

TABLE = os.environ["ORDERS_TABLE"]


@functions_framework.http
def handle(request):
    return jsonify(TABLE)
-- functions/orders/requirements.txt --
functions-framework>=3.8
"""
IMAGE = f"""\
-- services/parcels/Dockerfile --
FROM python:{HERE}-slim
ENV PARCELS=many
WORKDIR /app
COPY services/parcels/ .
COPY shared shared
CMD ["python", "serve.py"]
-- services/parcels/serve.py --
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from shared import rules

assert os.environ["PARCELS"] == "many"
if __name__ == "__main__":
    HTTPServer(("", int(os.environ["PORT"])), BaseHTTPRequestHandler).serve_forever()
-- shared/__init__.py --
-- shared/rules.py --
"""


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return Shell(repository(tmp_path / "r", CONFIGURATION + FUNCTION + IMAGE), capsys)


def test_a_whole_function_and_a_whole_image_are_fine_and_nothing_is_left(
    shell: Shell, tmp_path: Path
) -> None:
    ran = shell("smoke", "orders", "parcels", "--rev", "HEAD")
    assert (ran.code, ran.out) == (0, f"orders: fine (Python {HERE})\nparcels: fine (Python {HERE})\n")
    assert not list((tmp_path / "tmp").iterdir())


def test_missing_modules_are_shown_by_their_place_in_the_repository(shell: Shell) -> None:
    shell.write("functions/orders/main.py", "import yaml\nimport tenacity\nhandle = print\n")
    ran = shell("smoke", "orders")
    assert ran.code == 1
    assert ran.out == (
        f"orders: broken (Python {HERE}): 2 missing modules\n"
        "  missing yaml\n    functions/orders/main.py:1: import yaml\n"
        "  missing tenacity\n    functions/orders/main.py:2: import tenacity\n"
    )


def test_the_commit_is_read_and_not_the_work_tree(shell: Shell) -> None:
    shell.write("services/parcels/serve.py", "import yaml\n")
    assert shell("smoke", "parcels", "--staged").code == 0
    said = shell("smoke", "parcels", "--output-format", "json")
    assert said.code == 1
    (one,) = said.value["services"]
    assert said.value["schema"] == 1
    assert one["verdict"] == "broken"
    assert [missing["name"] for missing in one["missing"]] == ["yaml"]


def test_output_is_shown_when_it_fails(shell: Shell) -> None:
    shell.write("services/parcels/serve.py", "print('about to fail')\n1 / 0\n")
    ran = shell("smoke", "parcels")
    assert ran.code == 1
    assert "ZeroDivisionError: division by zero" in ran.out
    assert "  > about to fail\n" in ran.out
    assert 'File "app/serve.py", line 2' in ran.out


def test_a_build_that_fails_is_broken(shell: Shell) -> None:
    shell.write("functions/orders/requirements.txt", "-r ../nothing.txt\n")
    ran = shell("smoke", "orders")
    assert ran.code == 1
    assert "the build fails" in ran.out
    assert "nothing.txt" in ran.out


def test_an_index_that_cannot_be_reached_is_no_verdict(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    for name in ("UV_INDEX", "PIP_EXTRA_INDEX_URL", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    ran = shell("smoke", "orders")
    assert ran.code == 2
    assert f"cannot tell (Python {HERE}): index: " in ran.out


def test_an_image_that_lacks_a_file_is_broken(shell: Shell) -> None:
    shell.write("services/parcels/Dockerfile", f"FROM python:{HERE}-slim\nCOPY nowhere .\nCMD python x.py\n")
    ran = shell("smoke", "parcels")
    assert ran.code == 1
    assert "nowhere" in ran.out


def test_a_start_command_that_cannot_be_read_is_no_verdict(shell: Shell) -> None:
    shell.write("services/parcels/Dockerfile", f"FROM python:{HERE}-slim\nCMD gunicorn $APP\n")
    ran = shell("smoke", "parcels")
    assert ran.code == 2
    assert "services/parcels/Dockerfile:2" in ran.out


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="it has annotationlib")
def test_what_another_python_lacks_is_no_verdict(shell: Shell) -> None:
    dockerfile = "FROM python:3.99\nCOPY services/parcels/serve.py .\nCMD python serve.py\n"
    shell.write("services/parcels/Dockerfile", dockerfile)
    shell.write("services/parcels/serve.py", "import annotationlib\n")
    ran = shell("smoke", "parcels")
    assert ran.code == 2
    assert f"note: Python 3.99 is not on this machine; tried on {HERE}" in ran.out
    assert "this machine's Python lacks annotationlib" in ran.out


@pytest.mark.parametrize("words", [("nobody",), ("orders", "--timeout", "0"), ("orders", "--timeout", "nan")])
def test_bad_usage(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell("smoke", *words).code == 2
