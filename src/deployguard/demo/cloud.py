"""The local cloud of the second act: `deployguard emulator` as a process, with a bucket and somebody to tell."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deployguard.model.errors import DeployguardError

PROJECT, BUCKET, CHANNEL = "nba-props-platform", "nba-deployguard", "NBA Platform Alerts"
_START_S = 60.0


@contextmanager
def local_cloud(folder: Path) -> Iterator[Mapping[str, str]]:
    """Start the emulator with its state in `folder`; give the environment that points at it, and stop it at the end.

    Raises:
        DeployguardError: it does not start.
    """
    said = folder / "emulator.env"
    words = (
        "emulator",
        "--port",
        "0",
        "--state",
        str(folder / "cloud"),
        "--print-env",
        str(said),
        "--project",
        PROJECT,
    )
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deployguard", *words], stdout=log, stderr=subprocess.STDOUT, cwd=folder
        )
    try:
        environment = _environment(process, said, folder / "emulator.log")
        _furnish(environment["DEPLOYGUARD_ENDPOINT"])
        yield environment
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(process: subprocess.Popen[bytes], said: Path, log: Path) -> dict[str, str]:
    deadline = time.monotonic() + _START_S
    while not (said.is_file() and said.read_text(encoding="utf-8").endswith("\n")):
        if process.poll() is not None or time.monotonic() > deadline:
            raise DeployguardError(
                f"demo: the emulator does not start: {log.read_text(errors='replace')[-500:]}"
            )
        time.sleep(0.05)
    lines = (
        line.removeprefix("export ").partition("=") for line in said.read_text(encoding="utf-8").splitlines()
    )
    return {name: value for name, _, value in lines}


def _furnish(address: str) -> None:
    _post(f"{address}/storage/v1/b?project={PROJECT}", {"name": BUCKET})
    channel = {"type": "slack", "displayName": CHANNEL, "enabled": True, "verificationStatus": "VERIFIED"}
    _post(f"{address}/v3/projects/{PROJECT}/notificationChannels", channel)


def _post(url: str, value: object) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer owner"}
    request = urllib.request.Request(url, json.dumps(value).encode(), headers)  # noqa: S310  loopback, by the emulator
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        return
