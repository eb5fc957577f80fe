"""Shell text to calls: variables followed, and what hides a failure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from deployguard.rules.scripts.calls import Call, Word
from deployguard.rules.scripts.commands import Assignment, Command, assignments, commands
from deployguard.rules.scripts.excuses import excuse, unchecked_commands
from deployguard.rules.scripts.gcloud import without_values
from deployguard.rules.scripts.tokens import Token, tokens

PROGRAMS = frozenset({"gcloud", "deployguard", "pytest"})
_ASSIGNED = re.compile(r"[A-Za-z_]\w*\+?=")
_BEFORE_PROGRAM = frozenset(
    {"sudo", "time", "exec", "env", "nohup", "eval", "uv", "poetry", "pipenv", "hatch"}
)
_PASSES_ON = re.compile(
    r"(?:run|exec|retry|try|do|with|safe|timeout|python3?(?:\.\d+)?)(?:[-_]\w+)*$", re.IGNORECASE
)
_ARGUMENTS = frozenset({"$@", "${@}", "$*"})
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash"})
_WHOLE = re.compile(r'"?\$\{?([A-Za-z_]\w*)(?:\[[@*]\])?(?:[:+-].*)?\}?"?$', re.DOTALL)
_LIST = re.compile(r"[@*]|args|flags?\b|opts|options|extra|params|labels", re.IGNORECASE)
_USED = re.compile(r"\$[{(]?\{?\s*(?:env\.|vars\.)?([A-Za-z_]\w*)")
_STAMP = re.compile(
    r"commit|git[-_]?(?:sha|hash|rev)|short_?sha|\bsha\b|github[._]sha|rev-parse|ci_commit|revision_id",
    re.IGNORECASE,
)
_DEEPEST = 4
_MOST_WORDS = 500
MOST_VALUES = 40  # assignments to one variable that are looked at


class Scope(NamedTuple):
    """What the text of one file sets, by name, and which of its functions pass their arguments to gcloud."""

    variables: Mapping[str, Sequence[Assignment]]
    functions: Mapping[str, Sequence[Word]] = {}


EMPTY = Scope({})


def shell_calls(text: str, line: int = 1, known: Scope = EMPTY) -> list[Call]:
    """List the calls in shell text whose first line is `line`, in the order they stand."""
    return _calls(commands(text, line), known, 0)


def stamps(texts: Iterable[str], scope: Scope = EMPTY) -> bool:
    """Tell whether the texts, or what their variables are set to, name a commit."""
    pending, seen = list(texts), set[str]()
    while pending:
        text = pending.pop()
        if _STAMP.search(text):
            return True
        for name in set(_USED.findall(text)) - seen:
            seen.add(name)
            pending += [assignment.source for assignment in scope.variables.get(name, ())]
    return False


def _calls(read: list[Command], known: Scope, depth: int) -> list[Call]:
    scope = _scope(read, known)
    found: list[Call] = []
    unchecked = unchecked_commands(read)
    for at, command in enumerate(read):
        for call in _called(command, scope, depth):
            hidden = None if call.swallowed else excuse(read, at) or unchecked.get(at)
            found.append(_swallowed(call, hidden) if hidden else call)
    return found


def _scope(read: list[Command], known: Scope) -> Scope:
    variables: dict[str, Sequence[Assignment]] = dict(known.variables)
    for assignment in assignments(read):
        values = variables.get(assignment.name, ())
        if len(values) < MOST_VALUES:
            variables[assignment.name] = (*values, assignment)
    functions = dict(known.functions)
    for command in read:
        texts = [word.text for word in command.words]
        if command.function and texts[:1] == ["gcloud"] and _ARGUMENTS.intersection(texts):
            functions[command.function] = [Word(word.text, word.line) for word in command.words]
    return Scope(variables, functions)


def _called(command: Command, scope: Scope, depth: int) -> list[Call]:
    inner = [source for word in command.words for source in _substituted(word)]
    found = [call for source in inner for call in _deeper(*source, scope, depth)]
    words = _expanded(command.words, scope, command.function)
    if script := _script(command, words, scope):
        return [*found, *_deeper(*script, scope, depth)]
    if words and words[0].text in scope.functions and command.after != "(":
        words = _passed_on(scope.functions[words[0].text], words[1:])
    at = _program_at([word.text for word in words])
    if at is None:
        return found
    arguments = words[at + 1 :]
    call = Call(
        program=words[at].text.rpartition("/")[2],
        words=without_values(arguments),
        line=words[at].line if words[at].line >= command.words[0].line else command.words[0].line,
        in_function=bool(command.function),
        creates=command.creates,
        stamped=stamps([command.text, *(word.text for word in arguments)], scope),
        opaque=_is_opaque(arguments, scope),
    )
    return [*found, call]


def _passed_on(body: Sequence[Word], given: Sequence[Word]) -> list[Word]:
    """Put the arguments of a function's call where its own call of gcloud takes them."""
    at = next(at for at, word in enumerate(body) if word.text in _ARGUMENTS)
    return [*body[:at], *given, *body[at + 1 :]]


def _script(command: Command, words: Sequence[Word], scope: Scope) -> tuple[str, int] | None:
    """Return the shell text that `eval`, `bash -c` or a wrapper of one word is given, and its first line."""
    texts = [word.text for word in words[:3]]
    if texts[:1] == ["eval"]:
        return _eval_source(command, words, scope)
    if texts[:1] and texts[0] in _SHELLS and any(_is_script(text) for text in texts[1:]):
        return next(((word.text, word.line) for word in words[1:] if not word.text.startswith("-")), None)
    if len(texts) > 1 and _PASSES_ON.match(texts[0]) and texts[1].startswith("gcloud "):
        return texts[1], words[1].line
    return None


def _is_script(text: str) -> bool:
    return text.startswith("-") and not text.startswith("--") and text.endswith("c")


def _substituted(word: Token) -> Iterable[tuple[str, int]]:
    yield from word.inner
    if word.elements:
        for element in tokens(*word.elements):
            yield from element.inner


def _deeper(source: str, line: int, scope: Scope, depth: int) -> list[Call]:
    return _calls(commands(source, line), scope, depth + 1) if depth < _DEEPEST else []


def _eval_source(command: Command, words: Sequence[Word], scope: Scope) -> tuple[str, int] | None:
    if len(command.words) < 2:
        return None
    match = _WHOLE.match(command.words[1].raw)
    if match and (set_here := scope.variables.get(match[1])):
        return "\n".join(_unquoted(each.source) for each in set_here), set_here[0].line
    return " ".join(word.text for word in words[1:]), words[1].line


def _program_at(texts: Sequence[str]) -> int | None:
    """Return where the program stands among the words; None when it is none of ours."""
    passed_on = False
    for at, text in enumerate(texts[:8]):
        name = text.rpartition("/")[2]
        if name in PROGRAMS and (at == 0 or passed_on or not text.startswith("-")):
            return at
        if _ASSIGNED.match(text) or text in _BEFORE_PROGRAM or _PASSES_ON.match(name) or _WHOLE.match(text):
            passed_on = True
        elif not (passed_on and (text.startswith("-") or text.isdigit() or re.match(r"\d+[smh]$", text))):
            return None
    return None


def _expanded(words: Sequence[Token], scope: Scope, function: str) -> list[Word]:
    """Replace variables that hold flags or a whole command by their words, up to `_MOST_WORDS` of them."""
    expanded: list[Word] = []
    pending: list[tuple[Token, frozenset[str]]] = [(word, frozenset()) for word in reversed(words)]
    visited = 0
    while pending and visited < _MOST_WORDS:
        word, seen = pending.pop()
        visited += 1
        match = _WHOLE.match(word.raw)
        name = match[1] if match else ""
        values = () if name in seen or len(seen) >= _DEEPEST else _values(name, scope, function)
        if not any(_gives_words(value) for value in values):
            expanded.append(Word(word.text, word.line))
            continue
        inner = [
            (part, seen | {name})
            for value in values
            for part in tokens(value.source if value.is_array else _unquoted(value.source), value.line)
            if part.is_word
        ]
        pending += reversed(inner)
    return expanded


def _values(name: str, scope: Scope, function: str) -> Sequence[Assignment]:
    values = scope.variables.get(name, ())
    return [value for value in values if value.function == function] or values[:MOST_VALUES]


def _gives_words(value: Assignment) -> bool:
    source = _unquoted(value.source).lstrip()
    return (
        value.is_array
        or (source.startswith(("-", "gcloud ", "$")) and " " in source)
        or source.startswith("--")
    )


def _unquoted(source: str) -> str:
    return source[1:-1] if len(source) > 1 and source[0] == source[-1] and source[0] in "\"'" else source


def _is_opaque(words: Sequence[Word], scope: Scope) -> bool:
    """Tell whether a word may stand for flags that this file does not show."""
    before = ""
    for word in words:
        match = _WHOLE.match(word.text)
        unknown = word.text in _ARGUMENTS or bool(match and match[1] not in scope.variables)
        follows = before.startswith("-") and "=" not in before
        if unknown and (_LIST.search(word.text) or not (follows or before in {"deploy", "update"})):
            return True
        before = word.text
    return False


def _swallowed(call: Call, hidden: tuple[str, int]) -> Call:
    return call._replace(swallowed=hidden[0], swallowed_line=hidden[1])
