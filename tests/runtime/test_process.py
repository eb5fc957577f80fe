"""Processes: their port, their lines, and their end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deployguard.runtime.command import BuildFailed, run
from deployguard.runtime.process import PORT_WORD, start

pytestmark = pytest.mark.slow
SERVE = "import http.server, os; print('up', flush=True); http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), http.server.BaseHTTPRequestHandler).serve_forever()"


def test_it_listens_and_ends_with_what_it_started(tmp_path: Path) -> None:
    lines: list[tuple[str, str]] = []
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); {SERVE}"
    process = start(
        [sys.executable, "-c", code], tmp_path, {"PATH": os.defpath}, lambda *line: lines.append(line)
    )
    assert process.listens(20)
    process.stop()
    assert not process.alive
    assert lines == [("stdout", "up")]


def test_an_early_end_is_seen_with_its_output(tmp_path: Path) -> None:
    lines: list[tuple[str, str]] = []
    command = [sys.executable, "-c", "import no_such_module"]
    process = start(command, tmp_path, {}, lambda *line: lines.append(line))
    assert not process.listens(20)
    assert process.exit_status == 1
    (entry,) = lines
    assert entry[0] == "stderr"
    assert "No module named 'no_such_module'" in entry[1]


def test_the_port_stands_in_the_words(tmp_path: Path) -> None:
    lines: list[tuple[str, str]] = []
    process = start(
        [sys.executable, "-c", f"print('{PORT_WORD}')"], tmp_path, {}, lambda *line: lines.append(line)
    )
    process.listens(20)
    assert lines == [("stdout", str(process.port))]


def test_nothing_outlives_a_killed_holder(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from deployguard.runtime.process import start;"
        f"p = start([sys.executable, '-c', {SERVE!r}], Path('.'), {{}}, lambda *_: None); p.listens(20);"
        "print(p.port, flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=tmp_path)
    assert holder.stdout
    port = int(holder.stdout.readline())
    holder.kill()
    holder.wait()
    holder.stdout.close()
    deadline = time.monotonic() + 10
    while listens(port):
        assert time.monotonic() < deadline, "the service outlived its holder"
        time.sleep(0.05)


def listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="longer than"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, {}, lambda _: None, 0.5)


def test_a_flood_of_output_does_not_block(tmp_path: Path) -> None:
    lines: list[str] = []
    code = "import sys; [print('x' * 99, file=f) for f in (sys.stdout, sys.stderr) for _ in range(3000)]"
    run([sys.executable, "-c", code], tmp_path, {}, lines.append, 30)
    assert len(lines) == 6000


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="No such file"):
        run(["/no/such/program"], tmp_path, {}, lambda _: None, 5)
