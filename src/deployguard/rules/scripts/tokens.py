"""Shell text to words and operators, with exact lines.

It follows the shell's own token recognition (POSIX.1-2017, XCU 2.3) as far as deploy scripts need: continuations,
quotes, comments, substitutions, arrays of bash, redirections and here-documents. It never fails: what is not
closed runs to the end of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_PLAIN = re.compile(r"[^\s\\'\"`$|&;()<>#]+")
_PLAIN_QUOTED = re.compile(r'[^"\\`$]+')
_OPERATOR = re.compile(r"&&|\|\||;;&?|;&|\|&|[;|&()]")
_REDIRECT = re.compile(r"&>>?|<<<|<<-?|>>|>\||[<>]&|<>|[<>]")
_ARRAY = re.compile(r"[A-Za-z_]\w*\+?=$")
_MARK = re.compile(r"['\"\\()#`]")


class Token(NamedTuple):
    """A word (`is_word`) or an operator.

    `raw` is the word as written. `elements` is what stands in the parentheses of `NAME=( ... )`, and `inner` the
    commands that the word substitutes; both are source text with its first line.
    """

    text: str
    line: int
    is_word: bool = True
    raw: str = ""
    elements: tuple[str, int] | None = None
    inner: tuple[tuple[str, int], ...] = ()


def tokens(text: str, line: int = 1) -> list[Token]:
    """Split shell text whose first line is `line`; a newline is an operator too."""
    scanner = _Scanner(text, line)
    while scanner.at < len(text):
        scanner.step()
    scanner.end_word()
    return scanner.found


@dataclass
class _Scanner:
    text: str
    line: int
    at: int = 0
    found: list[Token] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    inner: list[tuple[str, int]] = field(default_factory=list)
    began: int = -1
    began_line: int = 0
    redirect: str = ""
    documents: list[tuple[str, bool]] = field(default_factory=list)

    def step(self) -> None:
        text, at = self.text, self.at
        char = text[at]
        if char == "\\":
            self._escape()
        elif char.isspace():
            self.end_word()
            self._space(char)
        elif char == "#" and self.began < 0:
            self.at = _find(text, "\n", at)
        elif (char in "<>" or text.startswith("&>", at)) and not self._is_process(at):
            self._redirection()
        elif (operator := _OPERATOR.match(text, at)) is not None:
            self._operate(operator[0])
        else:
            self._piece(char)

    def _escape(self) -> None:
        if match := re.compile(r"\\\r?\n").match(self.text, self.at):
            self.at = match.end()
            self.line += 1
            return
        self._take(self.text[self.at + 1 : self.at + 2], self.at + 2)

    def _space(self, char: str) -> None:
        self.at += 1
        if char == "\n":
            self.redirect = ""
            self.found.append(Token("\n", self.line, is_word=False))
            self.line += 1
            self._skip_documents()

    def _skip_documents(self) -> None:
        for delimiter, strips in self.documents:
            while self.at < len(self.text):
                end = _find(self.text, "\n", self.at)
                said = self.text[self.at : end].rstrip("\r")
                self.at = min(end + 1, len(self.text))
                self.line += 1
                if (said.lstrip("\t") if strips else said) == delimiter:
                    break
        self.documents.clear()

    def _is_process(self, at: int) -> bool:
        return self.text[at] in "<>" and self.text.startswith("(", at + 1) and not self.redirect

    def _redirection(self) -> None:
        if "".join(self.parts).isdigit():
            self._forget()
        self.end_word()
        match = _REDIRECT.match(self.text, self.at)
        self.redirect = match[0] if match else ">"
        self.at += len(self.redirect)

    def _operate(self, operator: str) -> None:
        if operator == "(" and _ARRAY.match("".join(self.parts)):
            self._array()
            return
        self.end_word()
        self.redirect = ""
        self.found.append(Token(operator, self.line, is_word=False))
        self.at += len(operator)

    def _array(self) -> None:
        end = _closing(self.text, self.at + 1)
        elements = self.text[self.at + 1 : end], self.line
        self.found.append(Token("".join(self.parts), self.began_line, elements=elements))
        self._forget()
        self.line += elements[0].count("\n")
        self.at = end + 1

    def _piece(self, char: str) -> None:
        text, at = self.text, self.at
        if char == "'":
            end = _find(text, "'", at + 1)
            self._take(text[at + 1 : end], end + 1)
        elif char == '"':
            self._quoted()
        elif char in "$`<>":
            self._substitution()
        else:
            match = _PLAIN.match(text, at)
            piece = match[0] if match else char
            self._take(piece, at + len(piece))

    def _quoted(self) -> None:
        self._take("", self.at + 1)
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            match = _PLAIN_QUOTED.match(self.text, self.at)
            if match:
                self._take(match[0], match.end())
            elif char == "\\":
                said = self.text[self.at + 1 : self.at + 2]
                self._take("" if said == "\n" else said, self.at + 2, self.text.startswith("\n", self.at + 1))
            else:
                self._substitution()
        self._take("", self.at + 1)

    def _substitution(self) -> None:
        text, at = self.text, self.at
        if text[at] == "`":
            self._command(at + 1, _find(text, "`", at + 1))
        elif text.startswith("$((", at):
            self._take_to(_closing(text, at + 2) + 1)
        elif text[at : at + 2] in {"$(", "<(", ">("}:
            self._command(at + 2, _closing(text, at + 2))
        elif text.startswith("${", at):
            self._take_to(_closing_brace(text, at + 2) + 1)
        else:
            self._take(text[at], at + 1)

    def _command(self, start: int, end: int) -> None:
        self.inner.append((self.text[start:end], self.line))
        self._take_to(end + 1)

    def _take_to(self, end: int) -> None:
        self._take(self.text[self.at : end], end)

    def _take(self, piece: str, end: int, skipped_line: bool = False) -> None:
        if self.began < 0:
            self.began, self.began_line = self.at, self.line
        self.parts.append(piece)
        self.line += piece.count("\n") + skipped_line
        self.at = min(end, len(self.text))

    def _forget(self) -> None:
        self.parts.clear()
        self.inner.clear()
        self.began = -1

    def end_word(self) -> None:
        if self.began < 0:
            return
        text, raw = "".join(self.parts), self.text[self.began : self.at]
        if self.redirect in {"<<", "<<-"}:
            self.documents.append((text, self.redirect == "<<-"))
        elif not self.redirect:
            self.found.append(Token(text, self.began_line, raw=raw, inner=tuple(self.inner)))
        self.redirect = ""
        self._forget()


def _find(text: str, what: str, at: int) -> int:
    found = text.find(what, at)
    return len(text) if found < 0 else found


def _closing(text: str, at: int) -> int:
    """Return where the parenthesis that was opened before `at` closes."""
    depth = 1
    while match := _MARK.search(text, at):
        char, at = match[0], match.end()
        if char == "'":
            at = _find(text, "'", at) + 1
        elif char == '"':
            at = _closing_quote(text, at) + 1
        elif char == "\\":
            at += 1
        elif char == "#" and text[at - 2 : at - 1].isspace():
            at = _find(text, "\n", at)
        elif char in "()":
            depth += 1 if char == "(" else -1
            if not depth:
                return at - 1
    return len(text)


def _closing_quote(text: str, at: int) -> int:
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))


def _closing_brace(text: str, at: int) -> int:
    depth = 1
    for match in re.compile(r"[{}]").finditer(text, at):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    return len(text)
