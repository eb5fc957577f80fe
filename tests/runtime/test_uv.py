"""What uv is given: pip's index settings, which it does not read by itself, and no leave to fetch a Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deployguard.model.runtime import Runtime
from deployguard.runtime.pythons import find
from deployguard.runtime.uv import uv_environment


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_DEFAULT_INDEX", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_settings_of_a_file_and_of_variables_are_passed_on(
    clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = clean / "own.conf"
    file.write_text(
        "[global]\nindex-url = https://one.invalid/simple\nextra-index-url =\n  https://two.invalid/a\n  https://two.invalid/b\n"
        "find-links = /wheels /more\ntrusted-host = two.invalid\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://three.invalid/simple")
    given = uv_environment()
    assert given["UV_DEFAULT_INDEX"] == "https://three.invalid/simple"
    assert given["UV_INDEX"] == "https://two.invalid/a https://two.invalid/b"
    assert given["UV_FIND_LINKS"] == "/wheels,/more"
    assert given["UV_INSECURE_HOST"] == "two.invalid"
    assert given["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert given["UV_PYTHON_DOWNLOADS"] == "never"


@pytest.mark.usefixtures("clean")
def test_uv_s_own_settings_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://three.invalid/simple")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.invalid/simple")
    assert uv_environment()["UV_DEFAULT_INDEX"] == "https://own.invalid/simple"


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"no section\n", b"[global\n", b"[global]\nindex-url = %(x)s\n"]
)
def test_a_broken_file_is_passed_over(clean: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    file = clean / "pip.conf"
    file.write_bytes(content)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    assert uv_environment()["UV_PYTHON_DOWNLOADS"] == "never"


def test_a_runtime_that_is_not_here_is_replaced_and_said_so() -> None:
    found = find(Runtime(3, 99))
    assert not found.exact
    assert Path(found.path).exists()


_TOGETHER = """
import sys
from threading import Barrier, Thread
from deployguard.runtime.uv import uv

sys.setswitchinterval(1e-6)
barrier, found = Barrier(16), []

def ask():
    barrier.wait()
    found.append(uv())

threads = [Thread(target=ask) for _ in range(16)]
for each in threads:
    each.start()
for each in threads:
    each.join()
sys.exit(len(found) != 16)
"""


@pytest.mark.slow
def test_uv_is_found_by_many_who_ask_first_at_once() -> None:
    """Builds of an emulator that has just started: each try is a first asking, in a process of its own."""
    for _ in range(6):
        done = subprocess.run([sys.executable, "-c", _TOGETHER], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
