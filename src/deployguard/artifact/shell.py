"""The commands of a shell text, as far as they can be told without running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from deployguard.artifact.parameter import LONGEST_VALUE, MOST_NESTED, NAME, closing, parameter

_OPERATORS = ("&&", "||", ";;", ";", "|", "&", "(", ")", "\n")
_ENDS_WORD = frozenset(" \t\r\n;&|()<>")
_ENDS_PLAIN = frozenset({*_ENDS_WORD, *"'\"$`\\"})
_OPENS = frozenset({"if", "while", "until", "for", "case", "select"})
_HEADED = frozenset({"for", "case", "select"})  # what follows them is no command
_CLOSES = frozenset({"fi", "done", "esac"})
_MIDDLE = frozenset({"then", "else", "elif", "do", "{", "}", "!", "function"})
_SPECIAL = frozenset("@*#?$!-0123456789")


class Simple(NamedTuple):
    """One simple command.

    `assigned` are the assignments before its name; `writes` the files that its redirections make. `maybe` says that
    it stands in a branch, a loop or after `||`, so that another may run in its place.
    """

    words: tuple[str, ...]
    assigned: tuple[tuple[str, str], ...] = ()
    writes: tuple[str, ...] = ()
    maybe: bool = False


def commands(text: str, variables: dict[str, str]) -> Iterator[Simple]:
    """Yield the simple commands of `text` in order.

    `variables` is read when a word is met and takes the assignments on the way, as the shell's own would. What
    cannot be computed (an unset variable, a command substitution) stays in the word as it is written.
    """
    lexer = _Lexer(text, variables)
    depth, alternative, heads = 0, False, False
    words: list[str] = []
    writes: list[str] = []
    while (token := lexer.next()) is not None:
        kind, text_of = token
        if kind == "word":
            if not words and text_of in _OPENS:
                depth += 1
                heads = text_of in _HEADED
            elif not words and text_of in _CLOSES:
                depth = max(0, depth - 1)
            elif words or text_of not in _MIDDLE:
                words.append(text_of)
        elif kind == "write":
            writes.append(text_of)
        else:
            yield from _finished([] if heads else words, writes, depth > 0 or alternative, variables)
            words, writes, alternative, heads = [], [], text_of == "||", False
    yield from _finished([] if heads else words, writes, depth > 0 or alternative, variables)


def assignment(word: str) -> tuple[str, str] | None:
    """Read `NAME=value`; None when the word is none."""
    name = NAME.match(word)
    if name and word.startswith("=", name.end()):
        return name[0], word[name.end() + 1 :]
    return None


def _finished(
    words: list[str], writes: list[str], maybe: bool, variables: dict[str, str]
) -> Iterator[Simple]:
    assigned: list[tuple[str, str]] = []
    while len(assigned) < len(words) and (pair := assignment(words[len(assigned)])):
        assigned.append(pair)
    rest = words[len(assigned) :]
    if rest[:1] == ["export"]:
        variables.update(pair for word in rest[1:] if (pair := assignment(word)))
    elif rest or writes:
        yield Simple(tuple(rest), tuple(assigned), tuple(writes), maybe)
    elif assigned:
        variables.update(assigned)


@dataclass(slots=True)
class _Lexer:
    text: str
    variables: dict[str, str]
    at: int = 0
    waiting: list[str] = field(default_factory=list)

    def next(self) -> tuple[str, str] | None:
        """Return the next token: a word, a file that is written, or an operator; None at the end."""
        while True:
            if self.waiting:
                return "word", self.waiting.pop(0)
            self._skip_blank()
            if self.at >= len(self.text):
                return None
            for operator in _OPERATORS:
                if self.text.startswith(operator, self.at):
                    self.at += len(operator)
                    return "operator", operator
            if self.text[self.at] in "<>":
                if written := self._redirection():
                    return "write", written
                continue
            fields = self._word()
            if not (fields and fields[-1].isdecimal() and self.text[self.at : self.at + 1] in {"<", ">"}):
                self.waiting = fields

    def _skip_blank(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in " \t\r":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            else:
                return

    def _redirection(self) -> str:
        """Step over a redirection; return the file that it writes, empty when it writes none."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "<>&|-":
            self.at += 1
        operator = self.text[start : self.at]
        if self.text[self.at : self.at + 1] == "(":
            self.at = closing(self.text, self.at, "(", ")") + 1
            return ""
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        fields = self._word()
        return fields[0] if fields and operator.startswith(">") and not operator.endswith("&") else ""

    def _word(self) -> list[str]:
        fields, open_field = [""], False
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_WORD:
            char = self.text[self.at]
            if char == "'":
                end = self._index("'", self.at + 1)
                fields[-1] += self.text[self.at + 1 : end]
                self.at, open_field = end + 1, True
            elif char == '"':
                fields[-1] += self._quoted()
                open_field = True
            elif char in "$`":
                value = self._expansion(split=True)
                first, *others = value.split() or [""]
                fields[-1] += first
                fields.extend(others)
                open_field = open_field or bool(value.strip())
            else:
                fields[-1] += self._plain()
                open_field = True
        return fields if open_field else []

    def _plain(self) -> str:
        """Return the characters up to the next one that means something, or one that is escaped."""
        if self.text[self.at] != "\\":
            start = self.at
            self.at += 1
            while self.at < len(self.text) and self.text[self.at] not in _ENDS_PLAIN:
                self.at += 1
            return self.text[start : self.at]
        self.at += 2
        escaped = self.text[self.at - 1 : self.at]
        return "" if escaped == "\n" else escaped

    def _quoted(self) -> str:
        self.at += 1
        out = ""
        while self.at < len(self.text) and self.text[self.at] != '"':
            if self.text[self.at] in "$`":
                out += self._expansion(split=False)
            elif self.text[self.at] == "\\" and self.text[self.at + 1 : self.at + 2] not in set('"\\$`\n'):
                out += "\\"
                self.at += 1
            else:
                out += self._plain()
        self.at += 1
        return out

    def _expansion(self, split: bool) -> str:
        start = self.at
        following = self.text[start + 1 : start + 2]
        if self.text[start] == "`":
            self.at = self._index("`", start + 1) + 1
        elif following == "(":
            self.at = closing(self.text, start + 1, "(", ")") + 1
        elif following == "{":
            self.at = closing(self.text, start + 1, "{", "}") + 1
            return self._braced(self.text[start + 2 : self.at - 1], self.text[start : self.at])
        elif name := NAME.match(self.text, start + 1):
            self.at = name.end()
            value = self._value(name[0])
            return f"${name[0]}" if value is None else value
        else:
            self.at = start + (2 if following in _SPECIAL else 1)
        whole = self.text[start : self.at]
        # A substitution is one unknown word, whatever blanks are written in it.
        return "".join(whole.split()) if split else whole

    def _value(self, name: str) -> str | None:
        value = self.variables.get(name)
        return None if value is None else value[:LONGEST_VALUE]

    def _braced(self, body: str, whole: str) -> str:
        value, word = parameter(body, self._value)
        if value is not None:
            return value
        if not word or word.count("${") > MOST_NESTED:
            return whole
        inner = _Lexer(word, self.variables)
        return inner._expand_all()

    def _expand_all(self) -> str:
        out = ""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "$`":
                out += self._expansion(split=False)
            elif char == '"':
                out += self._quoted()
            elif char == "'":
                end = self._index("'", self.at + 1)
                out += self.text[self.at + 1 : end]
                self.at = end + 1
            else:
                out += self._plain()
        return out

    def _index(self, wanted: str, start: int) -> int:
        end = self.text.find(wanted, start)
        return end if end >= 0 else len(self.text)
