"""`deployguard emulator`: the local Google Cloud, in the foreground."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from deployguard.cli.output import tell, write_file
from deployguard.cli.trees import add_repository_arguments, default_tree, project_of, repository_of
from deployguard.model.errors import DeployguardError, UsageError
from deployguard.model.extras import lacks

_PROJECT = "demo-project"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the verb."""
    add_repository_arguments(parser)
    parser.add_argument(
        "--port", type=int, default=8085, help="loopback port; 0 takes a free one (default: 8085)"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=Path(".deployguard-emulator"),
        metavar="DIR",
        help="where it keeps what it knows (default: .deployguard-emulator in the repository)",
    )
    parser.add_argument(
        "--project",
        help=f"project named in the printed environment (default: `id` of [project], else {_PROJECT})",
    )
    parser.add_argument(
        "--print-env",
        type=Path,
        metavar="FILE",
        help="also write the environment to FILE, for a shell to source",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; every process that was started ends with it."""
    try:
        from deployguard.emulator.pointing import environment
        from deployguard.emulator.server import Emulator
    except ImportError as problem:
        raise UsageError(lacks(problem, "the emulator", "gcp")) from problem
    state = _unseen_by_git(Path(arguments.directory) / arguments.state)
    try:
        emulator = Emulator(state, arguments.port)
    except (OSError, OverflowError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "a port is at most 65535"
        print(
            f"deployguard: cannot listen on 127.0.0.1:{arguments.port}: {why}; --port 0 takes a free port",
            file=sys.stderr,
        )
        return 2
    # A list, not an Event: setting one in a handler deadlocks when the signal comes while the main thread begins to wait.
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: stopped.append(number))
    written = _written(arguments)
    project = arguments.project or str(written.get("id", _PROJECT))
    if bucket := str(written.get("bucket", "")):
        emulator.ensure_bucket(bucket, project)
    emulator.start()
    lines = "".join(
        f"export {name}={value}\n" for name, value in environment(emulator.address, project).items()
    )
    if arguments.print_env:
        try:
            write_file(str(arguments.print_env), lines)
        except DeployguardError:
            emulator.stop()
            raise
    print(lines, end="", flush=True)
    tell(_next(emulator.address, arguments.print_env))
    while not stopped:
        time.sleep(0.1)
    emulator.stop()
    return 0


def _unseen_by_git(state: Path) -> Path:
    """Make the state folder such that `git add --all` leaves it out."""
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DeployguardError(f"{state}: cannot be made: {problem.strerror or problem}") from problem
    write_file(str(state / ".gitignore"), "*\n")
    return state


def _written(arguments: argparse.Namespace) -> Mapping[str, object]:
    """Return the table `[project]` of the repository's configuration, empty where none can be read."""
    try:
        return project_of(arguments, default_tree(repository_of(arguments))).table("project")
    except DeployguardError:
        return {}


def _next(address: str, file: Path | None) -> str:
    sourced = f"`. {file.absolute()}`" if file else "what is exported above"
    return f"deployguard: listening on {address}; in another shell {sourced} points deployguard here; Ctrl-C ends it"
