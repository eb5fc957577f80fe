"""Generates src/deployguard/requirements/map.json.

    python -m tools.map --wheels FOLDER [--wheels FOLDER ...] [--fetch FOLDER --fetch-most N]

Reads the distributions that distributions.txt names and what they require from the wheels in the folders.
`--fetch` first has pip download what no folder has. What is left is taken from by_hand.toml.
"""

import argparse
import tomllib
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from packaging.utils import canonicalize_name

from tools.map.by_hand import declared_in
from tools.map.fetching import fetch
from tools.map.survey import Survey, survey
from tools.map.versions import chosen
from tools.map.wheels import Wheel, wheels_in
from tools.map.writing import map_text

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "src/deployguard/requirements/map.json"
MOST = 2000


def main() -> None:
    """Writes the map and prints what it could not read."""
    options = _options()
    names = listed(HERE / "distributions.txt")
    wheels = _wheels(options.wheels)
    if options.fetch:
        options.fetch.mkdir(parents=True, exist_ok=True)
        for name, reason in fetch(sorted(names - wheels.keys()), options.fetch, options.fetch_most):
            print(f"no wheel of {name}: {reason}")
        wheels = _wheels([*options.wheels, options.fetch])
    result = survey(names, wheels, declared_in(HERE / "by_hand.toml"), MOST)
    prefer = tomllib.loads((HERE / "prefer.toml").read_text())
    options.output.write_text(map_text(result.entries, prefer, datetime.now(UTC).date().isoformat()))
    _print(result, options.output)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/map", description="Generate the map of modules to distributions."
    )
    parser.add_argument(
        "--wheels", type=Path, action="append", default=[], help="a folder of wheels; repeatable"
    )
    parser.add_argument("--fetch", type=Path, help="let pip download missing wheels into this folder")
    parser.add_argument("--fetch-most", type=int, default=50, help="at most this many downloads (default 50)")
    parser.add_argument("--output", type=Path, default=TARGET)
    return parser.parse_args()


def listed(path: Path) -> set[str]:
    """The normalised names in a list; `#` starts a comment."""
    lines = (line.partition("#")[0] for line in path.read_text().splitlines())
    return {str(canonicalize_name(name)) for line in lines for name in line.split()}


def _wheels(folders: list[Path]) -> dict[str, tuple[Wheel, ...]]:
    return chosen(chain.from_iterable(wheels_in(folder) for folder in folders))


def _print(result: Survey, output: Path) -> None:
    print(f"{output.name}: {len(result.entries)} distributions, {output.stat().st_size:,} bytes")
    print(f"{result.listed} listed, {result.closed_over} more required by them, {result.by_hand} by hand")
    print(f"absent ({len(result.absent)}):", *result.absent)
    print(f"without a module ({len(result.empty)}):", *result.empty)


if __name__ == "__main__":
    main()
