"""What `deployguard emulator` takes from the repository it is started in, and leaves there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import CONFIGURATION, Shell
from tests.emulator.clients import Clients
from tests.repositories import git

pytestmark = pytest.mark.slow


@pytest.fixture
def started(shell: Shell) -> Iterator[subprocess.Popen[str]]:
    """The emulator, in a repository whose configuration names a project and a bucket, once it has said where it is."""
    shell.write("deployguard.toml", CONFIGURATION.replace("[project]", '[project]\nbucket = "demo-bucket"'))
    words = ["emulator", "--port", "0", "--print-env", "emulator.env"]
    process = subprocess.Popen(
        [sys.executable, "-m", "deployguard", *words],
        cwd=shell.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (shell.folder / "emulator.env").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    yield process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_it_serves_the_project_and_the_bucket_of_the_configuration(
    shell: Shell, started: subprocess.Popen[str]
) -> None:
    assert started.stderr is not None
    assert f"in another shell `. {shell.folder}/emulator.env`" in started.stderr.readline()
    lines = (shell.folder / "emulator.env").read_text().splitlines()
    said = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    assert said["GOOGLE_CLOUD_PROJECT"] == "sample-project"
    cloud = Clients(said["DEPLOYGUARD_ENDPOINT"])
    assert cloud.storage.bucket("demo-bucket").exists()
    assert git(shell.folder, "status", "--porcelain", "--", ".deployguard-emulator") == ""
