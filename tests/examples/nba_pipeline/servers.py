"""The two deployables as real servers, from the files that would be deployed and in the layout they would have."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.emulators import free_port

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "nba_pipeline"
FUNCTION = Path("orchestration/cloud_functions/phase3_to_phase4")
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    url: str
    log: Path


def function_artifact(target: Path) -> Path:
    """What a function's upload contains: links become what they point to, and nothing beside the folder comes along."""
    return Path(shutil.copytree(EXAMPLE / FUNCTION, target, ignore=shutil.ignore_patterns("__pycache__")))


def image_artifact(target: Path) -> Path:
    """What the Dockerfile copies."""
    for folder in ("shared", "data_processors"):
        shutil.copytree(EXAMPLE / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return target


@contextmanager
def function(artifact: Path, variables: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    target = ("--target", "orchestrate_phase3_to_phase4", "--source", "main.py")
    command = ["functions-framework", *target, "--host", "127.0.0.1", "--port", str(port)]
    with _serving(command, artifact, port, variables) as server:
        yield server


@contextmanager
def service(artifact: Path, variables: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    command = _image_command().replace(":$PORT", f"127.0.0.1:{port}").split()
    with _serving(command, artifact, port, {**variables, "PYTHONPATH": str(artifact)}) as server:
        yield server


def _image_command() -> str:
    dockerfile = (EXAMPLE / "data_processors/analytics/Dockerfile").read_text()
    return dockerfile.rpartition("CMD exec ")[2]


@contextmanager
def _serving(command: list[str], folder: Path, port: int, variables: Mapping[str, str]) -> Iterator[Server]:
    log = folder / f"{port}.log"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment.update(variables, PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _await(process, port, log)
            yield Server(f"http://127.0.0.1:{port}", log)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
