"""One emulator in a process of its own for all contract tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator.clients import Clients


class Served:
    """An emulator process over a state folder; it can be stopped, killed and started again."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.process: subprocess.Popen[bytes] | None = None
        self.clients = Clients("")

    def start(self) -> None:
        """Start it on a free port and wait until it has said where."""
        said = self.state.parent / f"{self.state.name}.env"
        said.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "deployguard",
            "emulator",
            "--port",
            "0",
            "--state",
            str(self.state),
            "--print-env",
            str(said),
        ]
        errors = (self.state.parent / f"{self.state.name}.err").open("ab")
        with errors:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        deadline = time.monotonic() + 30
        while not (said.is_file() and said.read_text().endswith("\n")):
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(Path(errors.name).read_text())
            time.sleep(0.02)
        first = said.read_text().splitlines()[0]
        self.clients = Clients(first.partition("=")[2])

    def end(self, number: int = signal.SIGTERM) -> None:
        """Send a signal and wait for the end."""
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, number)
            self.process.wait(20)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    one = Served(tmp_path_factory.mktemp("emulator") / "state")
    one.start()
    yield one
    one.end()


@pytest.fixture
def cloud(served: Served) -> Iterator[Clients]:
    """The clients of the shared emulator; faults of a test end with it."""
    yield served.clients
    served.clients.admin("DELETE", "faults")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """An emulator of a test's own, not started."""
    one = Served(tmp_path / "state")
    yield one
    one.end()
