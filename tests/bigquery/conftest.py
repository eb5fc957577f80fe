"""An emulator of BigQuery, where `bin/test-bigquery` has installed one."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulators import free_port

SECONDS = 60


@pytest.fixture(scope="session")
def bigquery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; skipped unless DEPLOYGUARD_TEST_BIGQUERY names the folder that `bin/test-bigquery` filled."""
    folder = os.environ.get("DEPLOYGUARD_TEST_BIGQUERY")
    if not folder:
        pytest.skip("run bin/test-bigquery")
    state, port = tmp_path_factory.mktemp("bigquery"), free_port()
    command = [str(Path(folder) / "venv/bin/local-bigquery"), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--grpc-port", str(free_port()), "--project", "demo-p", "--data-dir", str(state / "data")]
    (state / "data").mkdir()
    environment = {**os.environ, "HOME": str(Path(folder) / "home")}
    with (state / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, address, state / "log")
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/bigquery/v2/projects/demo-p/datasets", timeout=2):  # noqa: S310 - our own loopback server
                return
        except urllib.error.HTTPError as refused:
            pytest.fail(f"the emulator of BigQuery answers {refused.code}: {log.read_text()[-2000:]}")
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the emulator of BigQuery did not start: {log.read_text()[-2000:]}")
