"""How long `check --resolve` takes for many requirement sets: cold, warm for uv alone, and the same day again.

    python -m benchmarks.resolve [--sets 50] [--index URL]

The sets are combinations of a dozen well-known distributions; without `--index` the one that uv knows is asked. Each
wheel is asked for once, whatever the number of sets.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from itertools import combinations, islice
from pathlib import Path

from deployguard.model.runtime import DEFAULT_RUNTIME
from deployguard.requirements.resolving.indexes import Indexes, indexes_here
from deployguard.requirements.resolving.ranges import Web
from deployguard.requirements.resolving.requirement_set import RequirementSet
from deployguard.requirements.resolving.resolution import Resolution
from deployguard.requirements.resolving.resolve import Resolver
from deployguard.requirements.resolving.store import Store
from deployguard.requirements.resolving.uv import Uv, find_uv

_NAMES = (
    "flask", "requests", "pyyaml", "six", "google-cloud-storage", "google-cloud-bigquery", "google-cloud-firestore",
    "google-cloud-pubsub", "python-dateutil", "pydantic", "jinja2", "tenacity",
)  # fmt: skip


def sets(count: int) -> Iterator[RequirementSet]:
    for names in islice(combinations(_NAMES, 5), count):
        lines = (*names, "functions-framework")
        roots = tuple((name, ()) for name in lines)
        yield RequirementSet(DEFAULT_RUNTIME, "x86_64-manylinux_2_35", lines, roots=roots)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=50)
    parser.add_argument("--index", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["UV_CACHE_DIR"] = f"{name}/uv"
        indexes = Indexes(options.index) if options.index else indexes_here()
        asked = list(sets(options.sets))
        for title, store, today in (
            ("cold: nothing known", "first", "2030-01-01"),
            ("warm: uv and inventories know, each set is asked again", "first", "2030-01-02"),
            ("the same day again", "first", "2030-01-02"),
        ):
            _timed(
                title, asked, Resolver(Store(Path(name) / store), Uv(find_uv(), indexes), Web(indexes), today)
            )


def _timed(title: str, asked: list[RequirementSet], resolver: Resolver) -> None:
    begun = time.perf_counter()
    outcomes = resolver.resolve_all(asked).values()
    resolved = [each for each in outcomes if isinstance(each, Resolution)]
    wheels = {chosen.key for each in resolved for chosen in each.chosen.values()}
    took = time.perf_counter() - begun
    print(f"{title}: {len(resolved)} of {len(asked)} sets, {len(wheels)} wheels, {took:.2f} s")


if __name__ == "__main__":
    main()
