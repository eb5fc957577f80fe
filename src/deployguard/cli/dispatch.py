"""From the command line to one verb; the one place that catches errors and ends the program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from deployguard import __version__
from deployguard.cli.verbs import VERBS
from deployguard.model.errors import DeployguardError

CANNOT_TELL = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0 clean, 1 findings, 2 cannot tell or bad usage, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except DeployguardError as error:
        for line in str(error).splitlines():
            print(f"deployguard: {_printable(line)}", file=sys.stderr)
        return CANNOT_TELL
    except KeyboardInterrupt:
        print("deployguard: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_TELL
    except Exception as error:
        if os.environ.get("DEPLOYGUARD_TRACEBACK"):
            raise
        print(
            f"deployguard: this is a bug in deployguard {__version__}: {type(error).__name__}: {_printable(str(error))}\n"
            "deployguard: please report it; DEPLOYGUARD_TRACEBACK=1 shows where it happened",
            file=sys.stderr,
        )
        return CANNOT_TELL


def _run(words: list[str]) -> int:
    verb = next((word for word in words if not word.startswith("-")), None)
    if verb in VERBS and words[0] == verb:
        module = import_module(f"deployguard.cli.{VERBS[verb].module}")
        parser = argparse.ArgumentParser(
            f"deployguard {verb}",
            description=VERBS[verb].does,
            epilog=f"example: {VERBS[verb].example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(parser)
        return int(module.run(parser.parse_args(words[1:])))
    _parser().parse_args(words)
    return CANNOT_TELL


def _parser() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:<12}{verb.does}" for name, verb in VERBS.items())
    parser = argparse.ArgumentParser(
        "deployguard",
        description="Prove that each Python Cloud Run function or service is whole before it ships.",
        epilog=f"commands:\n{listing}\n\n`deployguard COMMAND --help` tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"deployguard {__version__}")
    parser.add_argument("command", choices=tuple(VERBS), metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
