"""Mutation testing of rooms, in a copy of the tree: `python -m tools.mutate imports requirements`.

Every line says a change to the code that no test notices. Which tests are tried is known from one run under coverage:
those that touch the changed line, the room's own first, in one forked process that is killed when it takes too long.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import pickle
import shlex
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tools.measured import QUIET, Measured, measure
from tools.mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure, then try a sample of each room."""
    asked = _arguments()
    _copy(asked.tree)
    measured = _measured(asked)
    if not measured.seconds:
        sys.exit("deployguard: no test passed; run bin/test first")
    _warm(measured.warm)
    print("deployguard: trying mutants ...", file=sys.stderr)
    for room in asked.rooms:
        _try_room(room, asked, measured)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/mutate", description=__doc__)
    rooms = sorted(one.name for one in (ROOT / "src/deployguard").iterdir() if (one / "__init__.py").exists())
    parser.add_argument("--tree", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("rooms", nargs="+", choices=rooms, metavar="ROOM", help="a folder of src/deployguard")
    parser.add_argument("--number", type=int, default=200, help="mutants of each room (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws others (default: 1)")
    parser.add_argument(
        "--budget", type=float, default=30, help="seconds of tests for each mutant (default: 30)"
    )
    parser.add_argument("--only", default="", help="only where the module's path holds this word")
    parser.add_argument(
        "--tests",
        default="tests",
        help="what pytest runs, but slow tests of other rooms (default: %(default)s)",
    )
    parser.add_argument("--kept", type=Path, help="read the measured run from this file, or write it there")
    return parser.parse_args()


def _copy(folder: Path) -> None:
    """Copy what git tracks as it lies in the work tree, and go there; this environment imports from it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_symlink() or (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True


def _measured(asked: argparse.Namespace) -> Measured:
    if asked.kept and asked.kept.exists():
        return _unpickled(asked.kept)
    print("deployguard: running the tests once, under coverage ...", file=sys.stderr)
    at = asked.kept or Path("measured")

    def work() -> int:
        at.write_bytes(pickle.dumps(measure(asked.rooms, shlex.split(asked.tests))))
        return 0

    _forked(work, None)
    return _unpickled(at)


def _unpickled(path: Path) -> Measured:
    found: Measured = pickle.loads(path.read_bytes())  # noqa: S301 (written by this program)
    return found


def _warm(modules: tuple[str, ...]) -> None:
    """Import once, before all forks, what is not under test."""
    warnings.simplefilter("ignore")
    for name in modules:
        with suppress(Exception):
            importlib.import_module(name)


def _try_room(room: str, asked: argparse.Namespace, measured: Measured) -> None:
    ended: Counter[str] = Counter()
    for mutant in _sample(room, asked):
        chosen = _chosen(mutant, room, asked.budget, measured)
        end = _tried(mutant, chosen, measured) if chosen else "untouched"
        ended[end] += 1
        if end != "killed":
            print(f"{end} {mutant}", flush=True)
    print(
        f"{room}: {sum(ended.values())} tried, " + ", ".join(f"{n} {end}" for end, n in sorted(ended.items()))
    )


def _sample(room: str, asked: argparse.Namespace) -> list[Mutant]:
    """Draw by what a mutant changes, not by its place: an edit elsewhere leaves the sample as it was."""
    paths = sorted(Path("src/deployguard", room).rglob("*.py"))
    every = [
        one for path in paths if asked.only in str(path) for one in mutants_of(str(path), path.read_text())
    ]
    seen: Counter[str] = Counter()

    def drawn(one: Mutant) -> bytes:
        name = f"{asked.seed} {one.path} {one.was} {one.now}"
        seen[name] += 1
        return hashlib.sha256(f"{name} {seen[name]}".encode()).digest()

    kept = sorted(every, key=drawn)[: asked.number]
    return sorted(kept, key=lambda one: (one.path, one.line))


def _chosen(mutant: Mutant, room: str, budget: float, measured: Measured) -> list[str]:
    def first(one: str) -> tuple[bool, float]:
        return not one.startswith(f"tests/{room}/"), measured.seconds[one]

    chosen: list[str] = []
    for one in sorted(measured.touching(mutant.path, mutant.lines), key=first):
        budget -= measured.seconds[one]
        if budget < 0 and chosen:
            break
        chosen.append(one)
    return chosen


def _tried(mutant: Mutant, chosen: list[str], measured: Measured) -> str:
    path = Path(mutant.path)
    before, stat = path.read_bytes(), path.stat()
    path.write_text(mutant.text)
    limit = 30 + 5 * sum(measured.seconds[one] for one in chosen)
    try:
        code = _forked(lambda: _run(chosen), limit)
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return "hung" if code is None else "killed" if code else "survived"


class _Chosen:
    """Keeps these tests, in this order."""

    def __init__(self, chosen: list[str]) -> None:
        self.place = {one: number for number, one in enumerate(chosen)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (one for one in items if one.nodeid in self.place), key=lambda one: self.place[one.nodeid]
        )


def _run(chosen: list[str]) -> int:
    files = dict.fromkeys(one.split("::")[0] for one in chosen)
    warm = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*QUIET, "-x", *warm, *files], plugins=[_Chosen(chosen)]))


def _forked(work: Callable[[], int], limit: float | None) -> int | None:
    """Return the work's exit code, or None when it took too long. What it started ends with it."""
    child = os.fork()
    if child == 0:
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        try:
            os._exit(work())
        finally:
            os._exit(70)
    code = next(_waited(child, limit))
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if code is None:
        os.waitpid(child, 0)
    return code


def _waited(child: int, limit: float | None) -> Iterator[int | None]:
    end = time.monotonic() + (limit or float("inf"))
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            yield os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    yield None


if __name__ == "__main__":
    main()
