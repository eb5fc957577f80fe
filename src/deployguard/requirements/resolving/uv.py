"""uv, asked for a resolution: in a folder of its own, with a time limit, and with few of the variables.

A source distribution may run code of its own while it is asked for its metadata; uv does that in a separate environment.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

from deployguard.model.errors import DeployguardError
from deployguard.model.extras import how_to_get
from deployguard.requirements.addresses import without_secrets
from deployguard.requirements.resolving import uv_program
from deployguard.requirements.resolving.answer import Answer, Refused, Untold, packages_of, warnings_in
from deployguard.requirements.resolving.indexes import (
    Indexes,
    UnknownVariableError,
    with_options,
)
from deployguard.requirements.resolving.requirement_set import RequirementSet
from deployguard.requirements.toml_values import BadTomlError, read_toml

_OUTPUT = "pylock.toml"
# pip takes the best version of all indexes; uv by itself stops at the first index that has the name.
_LIKE_PIP = ("--index-strategy", "unsafe-best-match")
_ABSENT = "was not found in the package registry"
_UNREACHABLE = re.compile(
    r"network was disabled|\b(?:401|403|407)\b|Forbidden|Unauthorized|could not be queried|error sending request|dns error"
)
_BUILD = re.compile(r"[Ff]ailed to (?:build|download and build)|build backend")
_LIMIT = 300  # seconds
_MOST_TEXT = 600


class UvMissingError(DeployguardError):
    """uv is not installed."""


class Uv(NamedTuple):
    """The program, with what this machine says about indexes. `limit` is in seconds."""

    program: str
    indexes: Indexes
    refresh: bool = False
    limit: float = _LIMIT

    def resolve(self, asked: RequirementSet, folder: Path) -> Answer | Refused | Untold:
        """Put one set to uv, in an empty folder."""
        asked.write(folder)
        try:
            indexes = with_options(self.indexes, asked.options)
        except UnknownVariableError as error:
            return Untold(str(error))
        words = [*_arguments(asked, indexes), *(["--refresh"] if self.refresh else [])]
        done = self.run([*words, *(_LIKE_PIP if indexes.extra else ())], folder, indexes)
        if isinstance(done, CompletedProcess) and _ABSENT in done.stderr and indexes.extra:
            # Asked for the best of all indexes, uv does not say which of them refused to answer.
            done = self.run(words, folder, indexes)
        if isinstance(done, Untold):
            return done
        if done.returncode:
            return judged(without_secrets(done.stderr), exact=asked.exact)
        return _read(folder / _OUTPUT, asked, without_secrets(done.stderr))

    def run(self, arguments: Sequence[str], folder: Path, indexes: Indexes) -> CompletedProcess[str] | Untold:
        words = [self.program, *arguments, "--no-progress", "--color", "never"]
        try:
            process = subprocess.Popen(
                words,
                cwd=folder,
                env=environment(os.environ, indexes),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            return Untold(f"uv cannot be started: {error.strerror or error}")
        with process:
            try:
                stdout, stderr = process.communicate(timeout=self.limit)
            except subprocess.TimeoutExpired:
                _end(process)
                return Untold(f"uv had no answer after {self.limit:g} seconds")
            except BaseException:
                _end(process)
                raise
        return CompletedProcess(words, process.returncode, stdout, stderr)


def find_uv() -> str:
    """Return the uv of the installed wheel, else the one on PATH.

    Raises:
        UvMissingError: there is none.
    """
    found = uv_program.find_uv()
    if found is None:
        raise UvMissingError(
            f"asking what would be installed needs uv, which is not on PATH: {how_to_get('resolve')} brings it"
        )
    return found


def environment(given: Mapping[str, str], indexes: Indexes) -> dict[str, str]:
    """Return the variables of one resolution; an index that does not answer is tried once more."""
    return {"UV_HTTP_RETRIES": "1", **uv_program.uv_environment(given, indexes)}


def _end(process: subprocess.Popen[str]) -> None:
    """End uv, and the builds that it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _arguments(asked: RequirementSet, indexes: Indexes) -> list[str]:
    words = ["pip", "compile", "requirements.txt", "--output-file", _OUTPUT]
    words += ["-c", "constraints.txt"] if asked.constraints else []
    words += ["--python", sys.executable, "--python-version", asked.runtime.version]
    words += ["--python-platform", asked.platform, "--no-python-downloads", "--no-header"]
    words += ["--no-deps"] if asked.exact else []
    words += ["--no-index"] if indexes.no_index else []
    for option in asked.options:
        if option.name in {"--no-binary", "--only-binary"}:
            values = [value.strip() for value in option.value.split(",")]
            words += [word for value in values if value for word in (option.name, value)]
    return [*words, "--prerelease", "allow"] if _has(asked, "--pre") else words


def _has(asked: RequirementSet, name: str) -> bool:
    return any(option.name == name for option in asked.options)


def _read(path: Path, asked: RequirementSet, stderr: str) -> Answer | Untold:
    try:
        document = read_toml(path.read_bytes())
    except (OSError, BadTomlError) as error:
        return Untold(f"uv's answer cannot be read: {error}")
    return Answer(tuple(packages_of(document, asked)), warnings_in(stderr))


def judged(stderr: str, *, exact: bool = False) -> Refused | Untold:
    """Tell a set that has no solution from an answer that could not be had.

    What a lock names may lie where no index has it, so that a refusal of it proves nothing.
    """
    short = shortened(stderr)
    if "No solution found" not in stderr:
        why = "a source distribution cannot be built here: " if _BUILD.search(stderr) else ""
        return Untold(f"{why}{short}")
    return Untold(short) if exact or _UNREACHABLE.search(stderr) else Refused(short, stderr.strip())


def shortened(stderr: str) -> str:
    """uv's message in one line: the causes, without the words that every one of them has, and its hint."""
    text = " ".join(
        line.strip() for line in stderr.splitlines() if not line.startswith(("warning:", "Resolved"))
    )
    text = re.sub(r"^.*?error: (?:No solution found when resolving dependencies:?)?", "", text)
    text = re.sub(r"\s*(?:cause:|╰─▶|├─▶|hint:)\s*", " ", text)
    text = re.sub(r",? ?we can conclude that your requirements are unsatisfiable", "", text)
    text = re.sub(r"\.? *\bAnd because\b", "; and because", re.sub(r"\bwe can conclude that\b", "so", text))
    text = " ".join(text.split()).removeprefix("Because ").strip().rstrip(".,")
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT].rpartition(' ')[0]} ..."
