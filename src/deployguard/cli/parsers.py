"""The parser of each verb, and what it takes, for completion and documentation."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import NamedTuple, NoReturn

from deployguard.cli.verbs import VERBS


class Option(NamedTuple):
    """One argument of a verb: its `flags` (none for a positional one), what it takes, and what it says.

    `many`: it may be given more than once, or not at all.
    """

    flags: tuple[str, ...]
    takes: str
    choices: tuple[str, ...]
    about: str
    many: bool


class _Parser(argparse.ArgumentParser):
    """Says, where it refuses something, what was perhaps meant, and shows the example."""

    def error(self, message: str) -> NoReturn:
        super().error(f"{message}{self._meant(message)}\n{self.epilog}")

    def _meant(self, message: str) -> str:
        from difflib import get_close_matches

        words = message.partition("unrecognized arguments: ")[2].split()
        options = [word.partition("=")[0] for word in words if word.startswith("-")]
        close = [near for word in options for near in get_close_matches(word, self._option_string_actions, 1)]
        return f"; did you mean {' '.join(close)}?" if close else ""


def parser_of(verb: str) -> argparse.ArgumentParser:
    """Return the parser of a verb; its `run` default is the function that does it."""
    module = import_module(f"deployguard.cli.{VERBS[verb].module}")
    parser = _Parser(
        f"deployguard {verb}",
        description=_sentence(VERBS[verb].does),
        epilog=f"example: {VERBS[verb].example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
    return parser


def options_of(verb: str) -> tuple[Option, ...]:
    """Return what a verb takes, in the order of its help; hidden ones left out."""
    return tuple(
        _option(action)
        for action in parser_of(verb)._actions
        if action.help is not argparse.SUPPRESS and action.dest != "help"
    )


def _option(action: argparse.Action) -> Option:
    choices = tuple(map(str, action.choices or ()))
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    takes = "" if action.nargs == 0 else "|".join(choices) or metavar
    many = action.nargs in {"*", "+"}
    return Option(tuple(action.option_strings), takes, choices, action.help or "", many)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
