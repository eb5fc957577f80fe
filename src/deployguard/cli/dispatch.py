"""From the command line to one verb; the one place that catches errors and ends the program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from deployguard import __version__
from deployguard.cli.output import drop_output, tell
from deployguard.cli.parsers import parser_of
from deployguard.cli.verbs import VERBS
from deployguard.model.errors import DeployguardError, UsageError

CANNOT_TELL = 2
INTERRUPTED = 130
_BEFORE_THE_VERB = ("-C", "--config")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0 clean, 1 findings, 2 cannot tell or bad usage, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else CANNOT_TELL
    except DeployguardError as error:
        for line in str(error).splitlines():
            tell(f"deployguard: {line}")
        return CANNOT_TELL
    except KeyboardInterrupt:
        tell("deployguard: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        drop_output()
        return CANNOT_TELL
    except Exception as error:
        if os.environ.get("DEPLOYGUARD_TRACEBACK"):
            raise
        tell(
            f"deployguard: this is a bug in deployguard {__version__}: {type(error).__name__}: {error}\n"
            "deployguard: please report it; DEPLOYGUARD_TRACEBACK=1 shows where it happened"
        )
        return CANNOT_TELL


def _run(words: list[str]) -> int:
    before, rest = _split(words)
    if rest and rest[0] in VERBS:
        parsed = parser_of(rest[0]).parse_intermixed_args([*before, *rest[1:]])
        return int(parsed.run(parsed))
    if rest and not rest[0].startswith("-"):
        raise UsageError(f"{rest[0]}: no such command; {_nearest(rest[0])}")
    _parser().parse_args(rest)
    _parser().print_help(sys.stderr)
    return CANNOT_TELL


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Part the options that may stand before the verb from the verb and what follows it."""
    at = 0
    while at < len(words) and words[at].partition("=")[0] in _BEFORE_THE_VERB:
        at += 1 if "=" in words[at] else 2
    return words[:at], words[at:]


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, VERBS, 1)
    return f"did you mean `deployguard {close[0]}`?" if close else f"there are: {', '.join(VERBS)}"


def _parser() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:<12}{verb.does}" for name, verb in VERBS.items())
    parser = argparse.ArgumentParser(
        "deployguard",
        usage="deployguard [-C DIR] [--config FILE] COMMAND ...",
        description="Prove that each Python Cloud Run function or service is whole before it ships.",
        epilog=f"commands:\n{listing}\n\n`deployguard COMMAND --help` tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"deployguard {__version__}")
    return parser
