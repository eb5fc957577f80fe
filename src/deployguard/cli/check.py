"""`deployguard check`: judge every service by the static rules."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from deployguard.cli.showing import shown
from deployguard.cli.trees import CONFIGURATIONS, add_since_argument, add_tree_arguments, tree_of
from deployguard.model.errors import UsageError
from deployguard.report.formats import FORMATS
from deployguard.rules.memory import Memory
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_MANY = 100_000  # objects


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "services",
        nargs="*",
        metavar="SERVICE",
        help="check only these, and nothing of the repository as a whole (default: all)",
    )
    parser.add_argument(
        "--kind", choices=("function", "run"), default="", help="check only services of this kind"
    )
    add_tree_arguments(parser)
    add_since_argument(parser)
    parser.add_argument(
        "--select", type=_codes, default=(), metavar="CODES", help="only these rules, by prefix"
    )
    parser.add_argument(
        "--ignore", type=_codes, default=(), metavar="CODES", help="not these rules, by prefix"
    )
    parser.add_argument(
        "--resolve",
        action="store_true",
        help="ask the package index what would be installed; later checks, offline too, use what it said",
    )
    parser.add_argument(
        "--refresh", action="store_true", help="with --resolve: ask again what was asked today"
    )
    then = parser.add_mutually_exclusive_group()
    then.add_argument(
        "--fix", action="store_true", help="make the safe fixes in the work tree, then report what is left"
    )
    then.add_argument("--diff", action="store_true", help="show what --fix would do, and change nothing")
    then.add_argument(
        "--write-baseline",
        action="store_true",
        help="make the present findings known, so that only new ones count",
    )
    parser.add_argument("--output-format", choices=FORMATS, default="concise", help="how to write it")
    parser.add_argument("--strict", action="store_true", help="warnings block too")
    parser.add_argument(
        "--exit-zero", action="store_true", help="findings do not fail; what cannot be told does"
    )


def run(arguments: argparse.Namespace) -> int:
    _refuse_what_does_not_go_together(arguments)
    with _seldom_collecting():
        return _answer(arguments)


def _answer(arguments: argparse.Namespace) -> int:
    tree = tree_of(arguments)
    memory = _memory(arguments, tree)
    anew = _changes_something(arguments) or arguments.resolve or arguments.refresh
    last = None if anew or memory is None else memory.recall()
    if last is not None and last.answers(tree):
        return shown(arguments, last.report, last.rules)
    from deployguard.cli.judging import run_anew

    return run_anew(arguments, tree, memory)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Collect garbage seldom: facts and findings hold no cycles, and going through all of them costs a tenth of a check."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _changes_something(arguments: argparse.Namespace) -> bool:
    changes = arguments.fix or arguments.diff or arguments.write_baseline
    return bool(changes or arguments.since is not None)


def _memory(arguments: argparse.Namespace, tree: SourceTree) -> Memory | None:
    """Return where the last run of this question is kept; None for a `--config` that must not be read twice, as a pipe."""
    configuration = _configuration(arguments.config, tree)
    if not configuration:
        return None
    where = str(tree.disk or Path(arguments.directory).resolve())
    lists = ("services", *arguments.services, "select", *arguments.select, "ignore", *arguments.ignore)
    unclear = [f"{problem.kind} {problem.subject}" for problem in tree.problems]
    return Memory(["check", where, tree.kind, arguments.kind, *configuration, *unclear, *lists])


def _configuration(given: str | None, tree: SourceTree) -> list[str]:
    if given is not None:
        try:
            return [given, sha256(Path(given).read_bytes()).hexdigest()] if Path(given).is_file() else []
        except (OSError, ValueError):  # it is read again where faults are told
            return []
    found = [(resolve(tree, name), tree.untracked(name)) for name in CONFIGURATIONS]
    contents = [at.entry if isinstance(at, Resolved) else lying for at, lying in found]
    return [entry.blob if entry else "" for entry in contents]


def _refuse_what_does_not_go_together(arguments: argparse.Namespace) -> None:
    """Refuse options that would not do what they seem to.

    Raises:
        UsageError: which ones, and why.
    """
    if arguments.fix and (arguments.staged or arguments.rev is not None):
        given = "--staged" if arguments.staged else "--rev"
        raise UsageError(
            f"--fix changes files of the work tree, which {given} does not read; "
            f"run `deployguard check --fix`, then stage what it did (or see it with {given} --diff)"
        )
    narrowed = arguments.services or arguments.since or arguments.select or arguments.ignore
    if arguments.write_baseline and (narrowed or arguments.rev):
        raise UsageError(
            "--write-baseline writes the whole baseline anew; leave out services, "
            "--since, --rev, --select and --ignore"
        )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())
