"""What hides the failure of a shell command."""

from __future__ import annotations

import re
from collections.abc import Mapping

from deployguard.rules.scripts.commands import Command

Excuse = tuple[str, int]
"""What hides it, as written, and its line."""

_SILENT = frozenset({"true", ":", "echo", "printf"})
_STATUS = re.compile(r"\$\{?(?:\?|PIPESTATUS)")
_LONGEST = 50  # commands in a list or group that are looked at


def excuse(read: list[Command], at: int) -> Excuse | None:
    """Return the handler that makes a failure of the command at `at` look like success."""
    command = read[at]
    if command.tested or not command.words:
        return None
    end = at
    while read[end].after in {"&&", "|"} and end + 1 < len(read) and end < at + _LONGEST:
        end += 1
    if end + 1 >= len(read):
        return None
    if read[end].after == "||":
        return _handler(read, end + 1)
    following = read[end + 1]
    if read[end].after == ";" and not following.reserved and following.text in {"true", ":"}:
        return f"; {following.text}", following.words[0].line
    return None


def unchecked_commands(read: list[Command]) -> Mapping[int, Excuse]:
    """Find the commands between `set +e` and `set -e` whose status nothing asks for afterwards."""
    asked = [False] * (len(read) + 1)
    for at in range(len(read) - 1, -1, -1):
        command = read[at]
        asked[at] = bool(_STATUS.search(command.text)) or (asked[at + 1] and _errexit(command) is None)
    found: dict[int, Excuse] = {}
    off: Excuse | None = None
    for at, command in enumerate(read):
        setting = _errexit(command)
        if setting is not None:
            off = None if setting else ("set +e", command.words[0].line)
        elif (
            off
            and not asked[at + 1]
            and not command.tested
            and command.after in {"\n", ";"}
            and at + 1 < len(read)
        ):
            found[at] = off
    return found


def _errexit(command: Command) -> bool | None:
    """Tell whether the command turns errexit on or off; None when it does neither."""
    if not command.words or command.words[0].text != "set":
        return None
    for word in command.words[1:]:
        if re.match(r"[-+][a-z]*e", word.text):
            return word.text[0] == "-"
    return None


def _handler(read: list[Command], at: int) -> Excuse | None:
    group = [command for command in _group(read, at) if command.words]
    says = [command.words[0].text for command in group]
    if not says or not set(says) <= _SILENT or group[-1].after in {"&&", "||", "|"}:
        return None
    return f"|| {says[0]}", group[0].words[0].line


def _group(read: list[Command], at: int) -> list[Command]:
    """Return the command at `at`, or all of `{ ... }` or `( ... )` when it opens one."""
    brace = "{" in read[at].reserved
    if not brace and (read[at].words or read[at].after != "("):
        return [read[at]]
    group = []
    for command in read[at : at + _LONGEST]:
        if brace and "}" in command.reserved:
            break
        group.append(command)
        if not brace and command.after == ")":
            break
    return group
