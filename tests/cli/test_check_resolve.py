"""`deployguard check --resolve` from the command line, and against the registry that uv itself knows."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from deployguard.cli import main
from tests.package_index import PackageIndex
from tests.repositories import make_repository, sample_files

pytestmark = pytest.mark.slow

_REPOSITORY = """-- deployguard.toml --
[project]
id = "sample-project"
region = "us-west2"

[services.orders]
kind = "function"
source = "orders"
-- orders/main.py --
import acme.tools
import below
import yaml
-- orders/requirements.txt --
acme-internal-client
"""


def repository(folder: Path, text: str = _REPOSITORY) -> str:
    return str(make_repository(folder / "r", list(sample_files(text))))


def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str) -> None:
    """Let pip's variable name the index: that is how most teams tell."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", address)
    monkeypatch.setenv("DEPLOYGUARD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


def test_resolve_asks_and_a_plain_check_remembers(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone(monkeypatch, tmp_path, f"{index.address}/simple")
    index.add("functions-framework", "3.8", ["functions_framework/__init__.py"])
    index.add("acme-internal-client", "1.0", ["acme/tools.py"], ["below"])
    index.add("below", "1.0", ["below.py"])
    at = repository(tmp_path)
    expected = ["DG202 below", "DG201 yaml"]

    assert main(["check", "-C", at, "--resolve"]) == 1
    with_network = capsys.readouterr().out
    index.status = 500
    assert main(["check", "-C", at]) == 1
    assert capsys.readouterr().out == with_network
    assert [" ".join(line.split()[1:3]) for line in with_network.splitlines()] == expected
    assert main(["check", "-C", at, "--resolve", "--refresh", "--exit-zero"]) == 2
    assert "could not be resolved" in capsys.readouterr().out


def test_without_uv_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    at = repository(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(shutil.which("git") or "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    assert main(["check", "-C", at, "--resolve"]) == 2
    assert "pip install 'deployguard-gcp[resolve]'" in capsys.readouterr().err


def test_the_registry_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = _REPOSITORY.replace("acme-internal-client", "six==1.16.0\nflask==3.0.0").replace(
        "import acme.tools\nimport below\n", "import six.moves.urllib\nimport flask\nimport jinja2\n"
    )
    code = main(["check", "-C", repository(tmp_path, text), "--resolve"])
    said = capsys.readouterr()
    if code == 2:
        pytest.skip(f"no registry here: {said.out}{said.err}")
    found = [line.split(": ", 1)[1].split(",")[0] for line in said.out.splitlines()]
    assert found == [
        "DG202 jinja2 is only there because flask requires jinja2; it may vanish [orders]",
        "DG201 yaml is imported at start-up",
    ]
