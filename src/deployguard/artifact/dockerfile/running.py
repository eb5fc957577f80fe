"""RUN: what a build's commands do to files and installs, as far as their words tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from deployguard.artifact.dockerfile.context import Context
from deployguard.artifact.dockerfile.copying import land, named_stage
from deployguard.artifact.dockerfile.files import ImageFiles, Node
from deployguard.artifact.dockerfile.filework import destination, fetched, replay_files
from deployguard.artifact.dockerfile.installing import install
from deployguard.artifact.dockerfile.shop import STDIN, Shop
from deployguard.artifact.dockerfile.stage import Line, Stage, carried
from deployguard.artifact.imagepath import absolute, within
from deployguard.artifact.shell import Simple, commands
from deployguard.model.problem import Problem

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
_PREFIXES = frozenset({"exec", "sudo", "command", "time", "nice", "nohup", "then", "env"})
_MOST_NESTED = 5
# Folders that hold programs and data of the system, never a root of `sys.path`.
_SYSTEM = ("usr/local/bin", "usr/bin", "bin", "etc", "tmp", "var", "dev", "root/.cache", "usr/share")


def run(stage: Stage, line: Line, context: Context, others: list[Stage], empty: str | None) -> None:
    """Replay a RUN, with the files that its mounts show it."""
    instruction = line.instruction
    with _mounted(stage, line, context, others):
        shop = Shop(stage, line, stage.workdir, dict(stage.values), context)
        if words := instruction.exec_form:
            _simple(shop, Simple(words), empty, 0)
        elif instruction.heredocs:
            for _, body in instruction.heredocs:
                _script(shop, instruction.text, body, empty)
        else:
            _all(shop, instruction.text, empty, 0)
        stage.files.nodes.pop(STDIN, None)


def _script(shop: Shop, text: str, body: str, empty: str | None) -> None:
    """Replay a here-document: by itself, or handed to a shell, it is a script; otherwise it is data."""
    head = text.partition("<<")[0].split()
    if not head or head[0].rpartition("/")[2] in _SHELLS:
        _all(shop, body, empty, 0)
        return
    _all(shop, text, empty, 0)


def _all(shop: Shop, text: str, empty: str | None, depth: int) -> None:
    for command in commands(text, shop.variables):
        _simple(shop, command, empty, depth)


def _simple(shop: Shop, command: Simple, empty: str | None, depth: int) -> None:
    words = _bare(command.words)
    for written in command.writes:
        shop.stage.made.add(absolute(written, shop.cwd))
    if why := fetched(words, command.writes):
        where = destination(words, shop.cwd) if words else shop.cwd
        if where and not any(within(where, folder) for folder in _SYSTEM):
            shop.stage.doubt("files", shop.line.place, f"{why}, which the build alone can tell", where)
    if not words:
        return
    name = words[0].rpartition("/")[2]
    if name in _SHELLS and depth < _MOST_NESTED:
        for option, text in pairwise(words[1:]):
            if option.startswith("-") and option.endswith("c"):
                _all(shop, text, empty, depth + 1)
                return
    if name == "cd" and len(words) > 1:
        shop.cwd = shop.stage.files.real(absolute(words[1], shop.cwd))
    elif name in {".", "source"} and len(words) > 1 and words[1].endswith("/bin/activate"):
        shop.variables["VIRTUAL_ENV"] = "/" + absolute(words[1], shop.cwd).removesuffix("/bin/activate")
    else:
        local = Shop(shop.stage, shop.line, shop.cwd, shop.variables | dict(command.assigned), shop.context)
        install(local, words, command.writes)
        replay_files(shop.stage, shop.line, words, shop.cwd, empty)


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """Take off what only says how a command is run."""
    at = 0
    while at < len(words) and (words[at] in _PREFIXES or ("=" in words[at] and at and words[0] == "env")):
        at += 1
    return words[at:]


@contextmanager
def _mounted(stage: Stage, line: Line, context: Context, others: list[Stage]) -> Iterator[None]:
    """Show the files of bind mounts for the length of a RUN (Dockerfile reference, "RUN --mount=type=bind")."""
    before = dict(stage.files.nodes)
    folders = set(stage.files.folders)
    seen: dict[str, Node] = {}
    for flag, value in line.instruction.flags:
        options = dict(part.partition("=")[::2] for part in value.split(","))
        if flag == "mount" and options.get("type", "bind") == "bind":
            seen |= _mount(stage, line, context, others, options)
    stage.files.nodes.update(seen)
    for path in seen:
        stage.files.make_folder(path.rpartition("/")[0])
    yield
    for path in seen:
        if path in before:
            stage.files.nodes[path] = before[path]
        else:
            stage.files.nodes.pop(path, None)
    if seen:
        stage.files.folders = {
            folder
            for folder in stage.files.folders
            if folder in folders or any(within(path, folder) for path in stage.files.nodes)
        }


def _mount(
    stage: Stage, line: Line, context: Context, others: list[Stage], options: dict[str, str]
) -> dict[str, Node]:
    source = options.get("source") or options.get("src") or "."
    target = options.get("target") or options.get("dst") or options.get("destination") or ""
    if not target or "$" in source + target:
        return {}
    at = stage.path(target)
    shown = ImageFiles()
    if origin := options.get("from"):
        other = named_stage(origin, others)
        if other is None:
            return {}
        stage.uses.add(others.index(other))
        path = absolute(source)
        stage.installed += [moved for one in other.installed if (moved := carried(one, path, at))]
        taken = other.files.take(path)
    else:
        found = context.take(absolute(source), line.place)
        if isinstance(found, Problem):
            stage.problems.append(found)
            return {}
        taken = found
    if taken is not None:
        land(shown, taken, at, is_folder=False)
    return shown.nodes
