"""Start commands given as shell text, or as a script in the artifact."""

from __future__ import annotations

import re
from dataclasses import replace

from deployguard.artifact.imagepath import absolute, parent
from deployguard.artifact.launch.start import Ground, Start, Unread
from deployguard.artifact.options import valued
from deployguard.artifact.shell import Simple, commands

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
_FUNCTION = re.compile(r"^\s*(?:function\s+([\w-]+)|([\w-]+)\s*\(\s*\))", re.MULTILINE)
_ARGUMENTS = frozenset({"$@", "$*", "${@}", "${*}"})
_QUIET = frozenset(
    {
        "wait",
        "true",
        "false",
        ":",
        "exit",
        "return",
        "break",
        "continue",
        "echo",
        "printf",
        "trap",
        "set",
        "unset",
        "shift",
    }
    | {"sleep", "kill", "fi", "test", "[", "[[", "local", "readonly", "declare", "read", "cat", "command"}
)


def by_shell(start: Start, ground: Ground) -> Start | Unread:
    """Read `sh -c TEXT` or `sh SCRIPT ARGUMENT...`."""
    options = valued(start.rest, frozenset({"-o", "-O", "--rcfile", "--init-file"}), stop=True)
    if not options.rest:
        return Unread(f"{start.name} is given nothing to run")
    first, *arguments = options.rest
    if any(
        name.startswith("-") and not name.startswith("--") and name.endswith("c") for name in options.values
    ):
        return _followed(first, start, tuple(arguments[1:]))
    return script(start.running((first, *arguments)), ground) or Unread(
        f"the script {first} is not in the artifact"
    )


def script(start: Start, ground: Ground) -> Start | Unread | None:
    """Follow a script of the artifact: a shell's, or one that its first line gives to Python; None for no script."""
    path = absolute(start.words[0], start.cwd)
    if path not in ground.files:
        return None
    text = ground.read(path)
    if text is None:
        return Unread(f"{path} cannot be read")
    first = text.split("\n", 1)[0]
    if first.startswith("#!") and "python" in first:
        return start.running(("python", *start.words))
    if path.endswith(".py"):
        return start.running(("python", *start.words))
    return _followed(text, start, start.rest)


def _followed(text: str, start: Start, arguments: tuple[str, ...]) -> Start | Unread:
    """Find the command that a text ends in: what it `exec`s, else the last one that stays."""
    variables = dict(start.env)
    cwd = start.cwd
    functions = {name for pair in _FUNCTION.findall(text) for name in pair if name}
    found: list[tuple[Simple, str, dict[str, str]]] = []
    for command in commands(text, variables):
        words = command.words
        if words[:1] == ("cd",) and len(words) > 1:
            cwd = _moved(words[1], cwd, start)
        elif words and words[0] not in functions and words[0] not in _QUIET:
            found.append((command, cwd, variables | dict(command.assigned)))
    executed = [one for one in found if one[0].words[0] == "exec" and len(one[0].words) > 1]
    certain = [one for one in executed if not one[0].maybe]
    chosen = certain or executed or found[-1:]
    if not chosen:
        return Unread("the start script runs nothing that stays")
    different = {one[0].words for one in chosen if not _passes_on(one[0])}
    if len(different) > 1 and not certain:
        return Unread("the start script chooses at run time what it starts")
    command, cwd, env = chosen[-1]
    words = _with_arguments(command.words, arguments)
    return (
        replace(start, words=words, cwd=cwd, env=env)
        if words
        else Unread("the start script is given no command")
    )


def _passes_on(command: Simple) -> bool:
    return bool(_ARGUMENTS & set(command.words))


def _moved(path: str, cwd: str, start: Start) -> str:
    """Follow `cd`; `$(dirname $0)` and its kin are the script's own folder."""
    if "$" not in path and "`" not in path:
        return absolute(path, cwd)
    if "dirname" in path and start.words:
        return absolute(parent(start.words[0]), start.cwd) if "/" in start.words[0] else cwd
    return cwd


def _with_arguments(words: tuple[str, ...], arguments: tuple[str, ...]) -> tuple[str, ...]:
    out: list[str] = []
    for word in words:
        if word in _ARGUMENTS:
            out.extend(arguments)
        elif re.fullmatch(r"\$\{?[1-9]\}?", word):
            at = int(word.strip("${}")) - 1
            out.extend(arguments[at : at + 1])
        else:
            out.append(word)
    return tuple(out[1:] if out[:1] == ["exec"] else out)
