"""Markdown to calls: the commands in fenced blocks of shell (CommonMark 0.31, 4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deployguard.rules.scripts.calls import Call
from deployguard.rules.scripts.shell import shell_calls

_FENCE = re.compile(r"(?P<indent>[ \t>]*)(?P<mark>`{3,}|~{3,})\s*(?P<about>[^`]*)$")
_SHELLS = frozenset(
    {"", "sh", "bash", "shell", "zsh", "console", "shell-session", "shellsession", "terminal", "none", "text"}
)
_PROMPT = re.compile(r"\s*[$%] ")
_ANGLES = re.compile(r"<([A-Za-z][\w. -]*)>")
_PLACEHOLDER = re.compile(
    r"<[A-Za-z][\w. -]*>|\b(?i:your|my)[_-]\w|\w_HERE\b|\[[A-Z][A-Z_ -]+\]|\.\.\.|…|(?<=[ =])[A-Z]+_[A-Z_]+(?=\s|$)"
)


def markdown_calls(text: str) -> list[Call]:
    """List the calls in the fenced shell blocks of a Markdown file, in the order they stand."""
    lines = text.split("\n")
    return [call for start, body in _blocks(lines) for call in _block(start, body)]


def _block(start: int, body: list[str]) -> Iterator[Call]:
    if any(_PROMPT.match(line) for line in body):
        body = _typed(body)
    said = "\n".join(
        _ANGLES.sub(lambda match: "PLACEHOLDER_" + match[1].replace(" ", "_"), line) for line in body
    )
    found = shell_calls(said, start)
    for call in found:
        lines = body[
            call.line - start : max((word.line for word in call.words), default=call.line) - start + 1
        ]
        yield call._replace(template=any(_PLACEHOLDER.search(line) for line in lines))


def _typed(body: list[str]) -> list[str]:
    """Keep what is typed after a prompt, or is a command on its face, with its continuations; the rest is output."""
    kept: list[str] = []
    goes_on = False
    for line in body:
        match = _PROMPT.match(line)
        plain = goes_on or line.lstrip().startswith("gcloud ")
        typed = line[match.end() :] if match else line if plain else ""
        goes_on = typed.rstrip().endswith("\\")
        kept.append(typed)
    return kept


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line and the lines of each fenced block of shell."""
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at].rstrip())
        at += 1
        if opening is None:
            continue
        start, mark = at, opening["mark"]
        while at < len(lines) and not lines[at].strip(" \t>").rstrip().startswith(mark):
            at += 1
        about = re.split(r"[\s,{}]+", opening["about"].strip().lstrip("{.").lower())[0]
        if about in _SHELLS:
            yield start + 1, lines[start:at]
        at += 1
