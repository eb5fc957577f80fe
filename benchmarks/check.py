"""Times the static check on a generated monorepo: cold, warm, after one changed file, beside what it cannot go below.

    python -m benchmarks.check [--services 60 --files 2500 --links 430] [--runs 5]

Each figure is the median of whole processes. `over` is what is left when `python -c pass` is taken away: the promises
of the design are said in it. `cpu` is what the process and those it started used of all processors together, which other
work on the machine disturbs less. Our own modules are compiled before the clock starts, as an installer leaves them.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.monorepo import Shape, generate

_CHECK = (sys.executable, "-m", "deployguard", "check", "--staged")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("services", 60), ("files", 2500), ("links", 430), ("runs", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository = generate(Path(folder) / "monorepo", Shape(given.services, given.files, given.links))
        _report(repository, Path(folder) / "cache", given.runs)


class _Took(NamedTuple):
    """Seconds on the clock, and of all processors together."""

    wall: float
    cpu: float


def _report(repository: Path, cache: Path, runs: int) -> None:
    def timed(*command: str, before: Callable[[], None] = lambda: None) -> _Took:
        return _median(command, repository, cache, runs, before)

    timed(*_CHECK)
    floor = timed(sys.executable, "-c", "pass")
    rows = {
        "python -c pass": floor,
        "git ls-files -s": timed("git", "ls-files", "-s"),
        "deployguard --version": timed(sys.executable, "-m", "deployguard", "--version"),
        "check --staged, cold": timed(*_CHECK, before=lambda: _forget(cache)),
        "check --staged, warm": timed(*_CHECK),
        "check --staged, one file changed": timed(*_CHECK, before=lambda: _change(repository)),
    }
    listed = subprocess.run(
        ["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout
    print(
        f"{len(listed.splitlines())} paths, {runs} runs each, Python {sys.version.split()[0]}, "
        f"{os.cpu_count()} processors"
    )
    for name, took in rows.items():
        over = max(0.0, took.wall - floor.wall)
        print(f"{name:<36}{took.wall:8.3f} s   over: {over:8.3f} s   cpu: {took.cpu:8.3f} s")


def _median(
    command: tuple[str, ...], folder: Path, cache: Path, runs: int, before: Callable[[], None]
) -> _Took:
    environment = {**os.environ, "DEPLOYGUARD_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    measured: list[_Took] = []
    for _ in range(runs):
        before()
        started, used = time.perf_counter(), _used()
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        measured.append(_Took(time.perf_counter() - started, _used() - used))
    return _Took(*(statistics.median(each) for each in zip(*measured, strict=True)))


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _forget(cache: Path) -> None:
    for file in sorted(cache.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()


def _change(repository: Path) -> None:
    at = next(iter(sorted(repository.glob("functions/*/*/pkg/work0.py"))))
    at.write_text(f"{at.read_text()}\nCHANGED = {time.time_ns()}\n")
    subprocess.run(["git", "add", "-u"], cwd=repository, check=True)


if __name__ == "__main__":
    main()
