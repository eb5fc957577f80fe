"""Getting wheels that no folder has, with pip and its own index settings, one at a time."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

PAUSE = 1.0  # seconds between two requests: a public index is a shared good


def fetch(names: Iterable[str], into: Path, most: int) -> Iterator[tuple[str, str]]:
    """Downloads at most `most` wheels; yields (name, pip's last line) for each that cannot be had as a wheel."""
    for name in list(names)[:most]:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        done = subprocess.run(
            [*command, "--dest", str(into), name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            yield name, (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        time.sleep(PAUSE)
