"""Typing the lines of a page into one shell, as a reader would, and taking down how each ended."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_MARK = "@@ended"
_ENDED = re.compile(rf"^{_MARK} (\d+) (\d+)$", re.MULTILINE)
# In a shell of its own, as the pages say: here behind the one that goes on once it is there.
_EMULATOR = """\
{line} &
emulator=$!
trap 'kill "$emulator"; wait "$emulator"' EXIT
until [ -s {file} ]; do kill -0 "$emulator" && sleep 0.1 || exit 2; done
"""


class Typed(NamedTuple):
    """A line, its exit code, and what it said."""

    line: str
    code: int
    said: str


def typed(lines: Sequence[str], folder: Path, more: Mapping[str, str]) -> list[Typed]:
    """Type lines into one shell in `folder`; those that it never came to are missing from the answer."""
    script = "".join(_with_mark(number, line) for number, line in enumerate(lines))
    output = folder.parent / "typed.txt"
    with output.open("wb") as file:
        subprocess.run(
            ["sh", "-c", script],
            cwd=folder,
            env={**_environment(), **more},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            timeout=400,
            check=False,
        )
    texts = _ENDED.split(output.read_text(encoding="utf-8", errors="replace"))
    return [
        Typed(lines[int(number)], int(code), said)
        for said, number, code in zip(texts[::3], texts[1::3], texts[2::3], strict=False)
    ]


def _with_mark(number: int, line: str) -> str:
    command = _emulator(line) if line.startswith("deployguard emulator") else line
    return f"{command}\ncode=$?; printf '\\n{_MARK} {number} %d\\n' $code\n"


def _emulator(line: str) -> str:
    words = shlex.split(line)
    if "--print-env" not in words:
        words += ["--print-env", "emulator.env"]
    return _EMULATOR.format(line=shlex.join(words), file=words[words.index("--print-env") + 1])


def _environment() -> dict[str, str]:
    identity = {
        f"GIT_{who}_{what}": "ana@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DEPLOYGUARD"))
    }
    return plain | identity | {"PATH": path, "NO_COLOR": "1"}
