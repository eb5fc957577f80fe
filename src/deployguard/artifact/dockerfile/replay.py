"""A Dockerfile replayed instruction by instruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deployguard.artifact.dockerfile.base import base_image
from deployguard.artifact.dockerfile.context import Context
from deployguard.artifact.dockerfile.copying import copy, named_stage
from deployguard.artifact.dockerfile.filework import EMPTY_BLOBS
from deployguard.artifact.dockerfile.parse import Dockerfile, Instruction
from deployguard.artifact.dockerfile.running import run
from deployguard.artifact.dockerfile.stage import Command, Line, Stage
from deployguard.artifact.dockerfile.words import Variables, expand, pairs, words
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind

# Dockerfile reference, "Automatic platform ARGs in the global scope"; Cloud Run runs linux/amd64.
_PLATFORM = {
    f"{side}{part}": value
    for side in ("TARGET", "BUILD")
    for part, value in (("PLATFORM", "linux/amd64"), ("OS", "linux"), ("ARCH", "amd64"), ("VARIANT", ""))
}
_IGNORED = frozenset(
    {"LABEL", "EXPOSE", "USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER", "ONBUILD"}
)


@dataclass(slots=True)
class Replay:
    """The state between instructions; `given` are the build arguments from outside."""

    path: str
    escape: str
    context: Context
    given: Mapping[str, str]
    empty: str | None
    globals: dict[str, str | None] = field(default_factory=lambda: dict(_PLATFORM))
    stages: list[Stage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def replay(dockerfile: Dockerfile, path: str, context: Context, given: Mapping[str, str]) -> Replay:
    """Replay every stage; the last one is what ships."""
    touches = any("touch" in one.text for one in dockerfile.instructions)
    state = Replay(path, dockerfile.escape, context, given, _empty_blob(context) if touches else None)
    for instruction in dockerfile.instructions:
        line = Line(instruction, Place(path, instruction.line), dockerfile.escape)
        if instruction.keyword == "FROM":
            _from(state, line)
        elif not state.stages:
            _before_from(state, line)
        elif handler := _HANDLERS.get(instruction.keyword):
            handler(state, state.stages[-1], line)
        elif instruction.keyword not in _IGNORED:
            _complain(state, line, f"{instruction.keyword} is no instruction of a Dockerfile")
    return state


def needed(stages: list[Stage]) -> list[Stage]:
    """Return the stages that the last one is built from, itself last; BuildKit skips the others."""
    wanted: set[int] = set()
    waiting = [len(stages) - 1] if stages else []
    while waiting:
        at = waiting.pop()
        if at not in wanted:
            wanted.add(at)
            waiting.extend(stages[at].uses)
    return [stages[at] for at in sorted(wanted)]


def _empty_blob(context: Context) -> str | None:
    return next((entry.blob for entry in context.tree.entries.values() if entry.blob in EMPTY_BLOBS), None)


def _complain(state: Replay, line: Line, detail: str) -> None:
    state.problems.append(Problem(ProblemKind.UNREADABLE, state.path, line.place, detail))


def _before_from(state: Replay, line: Line) -> None:
    if line.instruction.keyword != "ARG":
        _complain(state, line, f"{line.instruction.keyword[:20]} stands before the first FROM")
        return
    _declare(state.globals, line.instruction, _outer(state), state.given, {})


def _outer(state: Replay) -> Variables:
    values = {name: value for name, value in state.globals.items() if value is not None}
    unset = frozenset(name for name, value in state.globals.items() if value is None)
    return Variables(values, unset, state.escape)


def _declare(
    args: dict[str, str | None],
    instruction: Instruction,
    variables: Variables,
    given: Mapping[str, str],
    inherited: Mapping[str, str | None],
) -> None:
    """Record `ARG NAME[=default] ...`: a value given from outside wins, then the default, then an ARG before FROM."""
    for word in words(instruction.text, variables):
        name, equals, default = word.partition("=")
        args[name] = given.get(name, default if equals else inherited.get(name))


def _from(state: Replay, line: Line) -> None:
    variables = _outer(state)
    named = words(line.instruction.text, variables)
    if not named:
        _complain(state, line, "FROM names no image")
        return
    name = named[2].lower() if len(named) > 2 and named[1].lower() == "as" else ""
    parent = named_stage(named[0], state.stages) if not named[0].isdecimal() else None
    if parent is not None:
        stage = parent.child(name)
        stage.uses.add(state.stages.index(parent))
    else:
        base = base_image(named[0])
        is_placed = bool(base.workdir or not base.brings)
        stage = Stage(name, named[0], base, base.runtime, line.place, base.workdir, is_placed=is_placed)
        stage.files.make_folder(base.workdir)
        if base.entrypoint:
            stage.entrypoint = Command(base.entrypoint, line.place, by_shell=False)
        if variables.asked:
            asked = ", ".join(variables.asked)
            stage.doubt("installs", line.place, f"the base image depends on {asked}, which has no value here")
        elif base.brings:
            stage.doubt("installs", line.place, base.brings)
    state.stages.append(stage)


def _arg(state: Replay, stage: Stage, line: Line) -> None:
    _declare(stage.args, line.instruction, stage.variables(line.escape), state.given, state.globals)


def _env(_state: Replay, stage: Stage, line: Line) -> None:
    variables = stage.variables(line.escape)
    for name, value in pairs(line.instruction.text, variables):
        stage.env[name] = value
        if name == "PYTHONPATH" and variables.asked:
            stage.doubt(
                "path", line.place, f"PYTHONPATH depends on {variables.asked[0]}, which has no value here"
            )


def _workdir(_state: Replay, stage: Stage, line: Line) -> None:
    variables = stage.variables(line.escape)
    path = expand(line.instruction.text.strip(), variables)
    if variables.asked:
        stage.doubt("files", line.place, f"WORKDIR depends on {variables.asked[0]}, which has no value here")
        stage.is_placed = False
        return
    stage.workdir = stage.path(path)
    stage.is_placed = stage.is_placed or path.startswith("/")
    stage.files.make_folder(stage.workdir)


def _copy(state: Replay, stage: Stage, line: Line) -> None:
    copy(stage, line, state.context, state.stages[:-1])


def _garbled(state: Replay, line: Line) -> None:
    keyword = line.instruction.keyword
    _complain(
        state, line, f"{keyword} is meant as a JSON array and is none: a shell is given it as it stands"
    )


def _run(state: Replay, stage: Stage, line: Line) -> None:
    if line.instruction.garbled_form:
        _garbled(state, line)
    run(stage, line, state.context, state.stages[:-1], state.empty)


def _command(state: Replay, stage: Stage, line: Line) -> Command | None:
    words = line.instruction.exec_form
    if words is None and (words := line.instruction.garbled_form):
        _garbled(state, line)
    if words is not None:
        return Command(words, line.place, by_shell=False) if words else None
    text = line.instruction.text
    return Command((*stage.shell, text), line.place, by_shell=True) if text else None


def _cmd(state: Replay, stage: Stage, line: Line) -> None:
    stage.cmd = _command(state, stage, line)
    stage.own_cmd = True


def _entrypoint(state: Replay, stage: Stage, line: Line) -> None:
    """An ENTRYPOINT drops the CMD that the base brought, not one of this stage."""
    stage.entrypoint = _command(state, stage, line)
    if not stage.own_cmd:
        stage.cmd = None


def _shell(_state: Replay, stage: Stage, line: Line) -> None:
    stage.shell = line.instruction.exec_form or stage.shell


_HANDLERS: dict[str, Callable[[Replay, Stage, Line], None]] = {
    "ARG": _arg,
    "ENV": _env,
    "WORKDIR": _workdir,
    "COPY": _copy,
    "ADD": _copy,
    "RUN": _run,
    "CMD": _cmd,
    "ENTRYPOINT": _entrypoint,
    "SHELL": _shell,
}
