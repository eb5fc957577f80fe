"""Google's own emulators of Firestore and Pub/Sub, started from the jars of an installed Cloud SDK."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

import pytest

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Emulator:
    name: str
    jar: str
    arguments: tuple[str, ...]
    variable: str


FIRESTORE = Emulator(
    name="Firestore",
    jar="platform/cloud-firestore-emulator/cloud-firestore-emulator.jar",
    arguments=(
        *("-cp", "{jar}", "com.google.cloud.datastore.emulator.firestore.CloudFirestore", "start"),
        *("--host=127.0.0.1", "--port={port}", "--database-mode=firestore-native"),
    ),
    variable="FIRESTORE_EMULATOR_HOST",
)
PUBSUB = Emulator(
    name="Pub/Sub",
    jar="platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar",
    arguments=("-jar", "{jar}", "--host=127.0.0.1", "--port={port}"),
    variable="PUBSUB_EMULATOR_HOST",
)


@contextmanager
def running(emulator: Emulator, log: Path) -> Iterator[str]:
    """Its address; while it runs, the variable by which Google's clients find it is set."""
    jar = _find(emulator.jar)
    if jar is None:
        _absent(
            f"the {emulator.name} emulator (gcloud with its emulator component, and java) is not installed"
        )
    with log.open("wb") as output:
        process, address = _start(emulator, jar, output)
        before = os.environ.get(emulator.variable)
        os.environ[emulator.variable] = address
        try:
            with _never_orphaned(process):
                yield address
        finally:
            _restore(emulator.variable, before)
            _stop(process)


@contextmanager
def _never_orphaned(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ends the emulator even if these tests are killed: a shell waits for its input to close, and then ends it."""
    script = f"read -r _ || kill -TERM -{process.pid}"
    watch = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        watch.communicate(b"done\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _absent(reason: str) -> NoReturn:
    """Where everything is checked, a missing emulator must not look like success."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _find(pattern: str) -> Path | None:
    gcloud = shutil.which("gcloud")
    if gcloud is None or shutil.which("java") is None:
        return None
    sdk = Path(gcloud).resolve().parent.parent
    roots = (sdk, sdk / "lib/google-cloud-sdk", Path("/usr/lib/google-cloud-sdk"))
    found = [jar for root in roots for jar in sorted(root.glob(pattern))]
    return found[-1] if found else None


def _start(emulator: Emulator, jar: Path, output: IO[bytes]) -> tuple[subprocess.Popen[bytes], str]:
    # The free port can be taken before the emulator gets to it.
    for _ in range(3):
        port = free_port()
        process = _launch(emulator, jar, port, output)
        if _answers(process, port):
            return process, f"127.0.0.1:{port}"
        _stop(process)
    raise RuntimeError(f"the {emulator.name} emulator did not start; its output: {output.name}")


def _launch(emulator: Emulator, jar: Path, port: int, output: IO[bytes]) -> subprocess.Popen[bytes]:
    arguments = [argument.format(jar=jar, port=port) for argument in emulator.arguments]
    return subprocess.Popen(
        ["java", "-Duser.language=en", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """An answer counts only while our own process lives: another one may listen there."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1) as answer:
                return process.poll() is None and answer.status == 200
        except OSError:
            time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _restore(variable: str, before: str | None) -> None:
    if before is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = before
