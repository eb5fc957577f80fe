"""The instructions of a Dockerfile.

Source of the syntax: the Dockerfile reference (docs.docker.com/reference/dockerfile), with here-documents of
`docker/dockerfile:1.4` and later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_HEREDOC = re.compile(r"""(?:(?<=\s)|^)\d*<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.]*)\2(?=[\s;&|>)]|$)""")
_FLAG = re.compile(r"--([A-Za-z][A-Za-z0-9-]*)(?:=(\S*))?(?=\s|$)\s*")
_TAKES_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word in upper case, its flags, what follows them, and where it begins (from line 1).

    `heredocs` are the here-documents' names and bodies, in order.
    """

    keyword: str
    text: str
    line: int
    flags: tuple[tuple[str, str], ...] = ()
    heredocs: tuple[tuple[str, str], ...] = ()

    def flag(self, name: str) -> str | None:
        return next((value for flag, value in self.flags if flag == name), None)

    @property
    def exec_form(self) -> tuple[str, ...] | None:
        """The words of a JSON array; None for the shell form, which a malformed array also is."""
        if not self.text.startswith("["):
            return None
        try:
            words = json.loads(self.text)
        except (ValueError, RecursionError):
            return None
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return tuple(words)
        return None

    @property
    def garbled_form(self) -> tuple[str, ...] | None:
        """The words of what was meant as a JSON array, as with single quotes; None when it is one, or never was."""
        head = self.text.partition(" ")[0]
        is_test = head in {"[", "[["} and not (self.text.rstrip().endswith("]") and "," in self.text)
        if not head.startswith("[") or is_test or self.exec_form is not None:
            return None
        inner = self.text.strip().removeprefix("[").removesuffix("]")
        return tuple(word.strip().strip("'\"") for word in inner.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """All instructions, and the character that escapes (`\\`, or a backtick by the `escape` directive)."""

    instructions: tuple[Instruction, ...]
    escape: str = "\\"


def parse(text: str) -> Dockerfile:
    """Read any text; what is no instruction comes back as one with an unknown word."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    escape = _escape(lines)
    return Dockerfile(tuple(_instructions(lines, escape)), escape)


def _escape(lines: list[str]) -> str:
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if not directive:
            break
        if directive[1].lower() == "escape" and directive[2] == "`":
            return "`"
    return "\\"


def _instructions(lines: list[str], escape: str) -> Iterator[Instruction]:
    at = 0
    while at < len(lines):
        if _is_blank(lines[at]):
            at += 1
            continue
        start = at
        logical, at = _logical_line(lines, at, escape)
        if not logical.strip():
            continue
        word, _, rest = logical.strip().partition(" ")
        keyword, rest = _keyword(word, rest)
        heredocs: list[tuple[str, str]] = []
        if keyword in _TAKES_HEREDOC:
            for opening in _HEREDOC.finditer(rest):
                body, at = _heredoc(lines, at, opening[3], strip=opening[1] == "-")
                heredocs.append((opening[3], body))
        flags, rest = _flags(rest.strip())
        yield Instruction(keyword, rest, start + 1, flags, tuple(heredocs))


def _keyword(word: str, rest: str) -> tuple[str, str]:
    head, *tail = word.split(None, 1)  # a tab may stand where a blank is usual
    return head.upper(), " ".join([*tail, rest])


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _logical_line(lines: list[str], at: int, escape: str) -> tuple[str, int]:
    """Join continued lines; blank lines and comments between them do not end the instruction."""
    out: list[str] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        if out and _is_blank(line):
            continue
        stripped = line.rstrip(" \t")
        if not stripped.endswith(escape):
            out.append(line)
            break
        out.append(stripped[:-1])
    return "".join(out), at


def _heredoc(lines: list[str], at: int, name: str, *, strip: bool) -> tuple[str, int]:
    body: list[str] = []
    while at < len(lines):
        line = lines[at].lstrip("\t") if strip else lines[at]
        at += 1
        if line == name:
            break
        body.append(line)
    return "\n".join(body), at


def _flags(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    flags: list[tuple[str, str]] = []
    while flag := _FLAG.match(text):
        flags.append((flag[1].lower(), flag[2] if flag[2] is not None else "true"))
        text = text[flag.end() :]
    return tuple(flags), text
