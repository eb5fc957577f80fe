"""Generates src/deployguard/requirements/map.json.

    python -m tools.map [--wheels FOLDER ...] [--installed FOLDER ...] [--fetch FOLDER --fetch-most N] [--afresh]

Reads the distributions that distributions.txt names, and what they require, from the wheels in the
folders, packed or installed. `--fetch` first has pip download what no folder has. What is left stays as the map has it,
unless `--afresh` is given; what no wheel has ever been read for is taken from by_hand.toml.
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
from tools.map.wheels import Wheel, installed_in, wheels_in
from tools.map.writing import entries_of, map_text

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "src/deployguard/requirements/map.json"
MOST = 2000


def main() -> None:
    """Writes the map and prints what it could not read."""
    options = _options()
    names = listed(HERE / "distributions.txt")
    wheels = _wheels(options.wheels, options.installed)
    if options.fetch:
        options.fetch.mkdir(parents=True, exist_ok=True)
        for name, reason in fetch(sorted(names - wheels.keys()), options.fetch, options.fetch_most):
            print(f"no wheel of {name}: {reason}")
        wheels = _wheels([*options.wheels, options.fetch], options.installed)
    earlier = {} if options.afresh else entries_of(TARGET.read_text())
    result = survey(names, wheels, declared_in(HERE / "by_hand.toml"), MOST, earlier)
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
    parser.add_argument(
        "--installed", type=Path, action="append", default=[], help="a folder of installed wheels; repeatable"
    )
    parser.add_argument("--afresh", action="store_true", help="forget what the map was made from before")
    parser.add_argument("--fetch", type=Path, help="let pip download missing wheels into this folder")
    parser.add_argument("--fetch-most", type=int, default=50, help="at most this many downloads (default 50)")
    parser.add_argument("--output", type=Path, default=TARGET)
    return parser.parse_args()


def listed(path: Path) -> set[str]:
    """The normalised names in a list; `#` starts a comment."""
    lines = (line.partition("#")[0] for line in path.read_text().splitlines())
    return {str(canonicalize_name(name)) for line in lines for name in line.split()}


def _wheels(folders: list[Path], installed: list[Path]) -> dict[str, tuple[Wheel, ...]]:
    packed = chain.from_iterable(map(wheels_in, folders))
    return chosen(chain(packed, chain.from_iterable(map(installed_in, installed))))


def _print(result: Survey, output: Path) -> None:
    print(f"{output.name}: {len(result.entries)} distributions, {output.stat().st_size:,} bytes")
    print(f"{result.listed} listed, {result.closed_over} more required by them, {result.by_hand} by hand")
    print(f"{result.kept} kept from the earlier map")
    print(f"absent ({len(result.absent)}):", *result.absent)
    print(f"without a module ({len(result.empty)}):", *result.empty)


if __name__ == "__main__":
    main()
