"""Replays the whole corpus of defects as a git history: each must be found before its fix, and be gone after it."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.history.corpus import DEFECTS
from tests.history.replay import Verdict, verdicts


def main() -> int:
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        judged = list(verdicts(Path(folder), DEFECTS))
    bad = [verdict for verdict in judged if verdict.missed or verdict.invented or verdict.left]
    for verdict in bad:
        print("\n".join(_lines(verdict)))
    seconds = time.monotonic() - start
    print(f"{len(judged) - len(bad)} of {len(judged)} defects found and gone, in {seconds:.0f} s")
    return int(bool(bad))


def _lines(verdict: Verdict) -> list[str]:
    parts = {"missed": verdict.missed, "invented": verdict.invented, "left after the fix": verdict.left}
    return [verdict.defect.name] + [
        f"  {what}: {' '.join(one)}" for what, found in parts.items() for one in sorted(found)
    ]


if __name__ == "__main__":
    sys.exit(main())
