"""A service that misbehaves while it is imported is ended, and does no harm."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from deployguard.smoke.verdict import Broken, CannotTell, Fine, Reason, Verdict
from tests.smoke.stage import Stage

pytestmark = pytest.mark.slow

HANDLE = "def handle(request): ...\n"


def reason(verdict: Verdict) -> Reason:
    assert isinstance(verdict, CannotTell), verdict
    return verdict.reason


def test_one_that_hangs_is_ended_in_time(stage: Stage) -> None:
    begun = time.monotonic()
    main = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass\n"
    assert reason(stage({"main.py": main}, seconds=1)) == Reason.LIMIT
    assert time.monotonic() - begun < 8


def test_where_it_hung_is_shown(stage: Stage) -> None:
    stage({"main.py": "import time\ntime.sleep(60)\n"}, seconds=1)
    assert any("main.py" in line and "line 2" in line for line in stage.output)


def test_one_that_waits_for_the_network_is_told_apart(stage: Stage) -> None:
    files = {"grpc/__init__.py": "import time\ntime.sleep(60)\n", "main.py": f"import grpc\n{HANDLE}"}
    assert reason(stage(files, seconds=1)) == Reason.NETWORK


def test_what_was_missing_before_it_hung_is_told(stage: Stage) -> None:
    verdict = stage({"main.py": "import yaml\nwhile True: pass\n"}, seconds=1)
    assert isinstance(verdict, Broken)
    assert [one.name for one in verdict.missing] == ["yaml"]


def test_one_that_forks_without_end_is_ended_with_all_it_started(stage: Stage) -> None:
    mark = "3191.5"
    main = f"import subprocess\nwhile True: subprocess.Popen(['sleep', '{mark}'], start_new_session=True)\n"
    assert reason(stage({"main.py": main})) == Reason.LIMIT
    assert not sleeping(mark)


def test_what_it_leaves_running_is_ended(stage: Stage) -> None:
    mark = "3192.5"
    main = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True)\n{HANDLE}"
    assert stage({"main.py": main}) == Fine()
    assert not sleeping(mark)


def test_one_that_eats_memory_is_stopped(stage: Stage) -> None:
    assert reason(stage({"main.py": "held = bytearray(64 * 1024**3)\n"})) == Reason.LIMIT


def test_much_output_is_cut_to_its_end(stage: Stage) -> None:
    main = "import sys\nsys.stderr.write('\\x1b[2J' + 'x' * 200_000 + '\\nlast words\\n')\nraise KeyError('orders')\n"
    verdict = stage({"main.py": main})
    assert isinstance(verdict, Broken)
    assert stage.output[-1] == "last words"
    assert sum(map(len, stage.output)) < 20_000


def test_output_that_is_no_text(stage: Stage) -> None:
    main = f"import os\nos.write(1, bytes(range(256)))\n{HANDLE}"
    assert stage({"main.py": main}) == Fine()


def test_a_forked_child_does_not_speak_for_its_parent(stage: Stage) -> None:
    main = f"import os\nif os.fork() == 0:\n    raise SystemExit(1)\nos.wait()\n{HANDLE}"
    assert stage({"main.py": main}) == Fine()


def test_files_are_limited(stage: Stage) -> None:
    main = "with open('much', 'wb') as out:\n    for _ in range(100): out.write(bytes(1024 * 1024))\n"
    verdict = stage({"main.py": main})
    assert isinstance(verdict, (Broken, CannotTell))
    assert (stage.root / "much").stat().st_size <= 64 * 1024 * 1024


@pytest.mark.parametrize("junk", ["[]", "{", '{"outcome": 7}', "\\xff"])
def test_a_report_that_it_wrote_itself_does_no_harm(stage: Stage, junk: str) -> None:
    main = f"import os\nopen({str(stage.folder / 'attempt.json')!r}, 'w').write('''{junk}''')\nos._exit(0)\n"
    assert isinstance(stage({"main.py": main}), (Broken, CannotTell))


def sleeping(mark: str) -> list[str]:
    """Processes of this machine that sleep for exactly so long."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = one.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", mark.encode()] and os.path.exists(one.parent):  # noqa: PTH110
            found.append(str(one))
    return found
