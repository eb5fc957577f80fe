"""The README's commands, run in the order in which they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.emulators import free_port
from tests.docs.blocks import ROOT
from tests.examples.nba_pipeline.servers import EXAMPLE, SCRIPTS

pytestmark = pytest.mark.slow


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README asks with curl, which is not here")
def test_the_commands_do_what_the_readme_says(tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", (EXAMPLE / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    health, shown = _health()
    asked = ["echo; kill %1 %2; wait || true", f"cd {ROOT}", health]  # a program that writes to DuckDB keeps others out
    script = "\n".join(["set -eu", *blocks, *asked, "echo; echo state=$state"])
    for port in ("8080", "8081"):
        script = script.replace(port, str(free_port()))
    output = _run(script, tmp_path)
    assert '"service":"analytics-processor"' in output
    assert '"_completed_count": 5' in output
    assert '"_triggered": true' in output
    assert "nba_analytics.player_game_summary: 48 rows" in output
    assert shown in output
    assert '"rejected":"data is not JSON"' in output
    published = Path(output.rpartition("state=")[2].strip(), "published.jsonl").read_text().splitlines()
    assert [json.loads(line)["attributes"]["trigger_id"] for line in published] == ["phase3:2026-02-01"]


def _health() -> tuple[str, str]:
    """Return what docs/health.md types about the tables that were made here, and what it says comes of it."""
    page = (ROOT / "docs/health.md").read_text(encoding="utf-8")
    found = re.search(r"^\$ (deployguard --config examples/.*)\n(.*)$", page, re.MULTILINE)
    assert found is not None
    return found[1], found[2]


def _run(script: str, tmp_path: Path) -> str:
    variables = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    log = tmp_path / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-c", script], cwd=EXAMPLE, env=variables, stdout=output, stderr=output, start_new_session=True
        )
        try:
            code = process.wait(120)
        finally:
            # Servers that a failed script left in the background belong to its group.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    text = log.read_text()
    assert code == 0, text
    return text
