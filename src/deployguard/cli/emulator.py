"""`deployguard emulator`: the local Google Cloud, in the foreground."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from deployguard.cli.trees import add_repository_arguments
from deployguard.model.errors import UsageError
from deployguard.model.extras import lacks


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
        default="demo-project",
        help="project named in the printed environment (default: demo-project)",
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
    try:
        emulator = Emulator(Path(arguments.directory) / arguments.state, arguments.port)
    except OSError as problem:
        print(
            f"deployguard: cannot listen on 127.0.0.1:{arguments.port}: {problem.strerror}; --port 0 takes a free port",
            file=sys.stderr,
        )
        return 2
    # A list, not an Event: setting one in a handler deadlocks when the signal comes while the main thread begins to wait.
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: stopped.append(number))
    emulator.start()
    lines = "".join(
        f"export {name}={value}\n" for name, value in environment(emulator.address, arguments.project).items()
    )
    if arguments.print_env:
        arguments.print_env.write_text(lines, encoding="utf-8")
    print(lines, end="", flush=True)
    while not stopped:
        time.sleep(0.1)
    emulator.stop()
    return 0
