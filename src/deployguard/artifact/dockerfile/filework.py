"""The commands of RUN that move files about, replayed on paths."""

from __future__ import annotations

import re

from deployguard.artifact.dockerfile.copying import land, matches
from deployguard.artifact.dockerfile.files import ImageFiles, ImageLink, Node, Taken
from deployguard.artifact.dockerfile.gopath import is_pattern
from deployguard.artifact.dockerfile.stage import Line, Stage
from deployguard.artifact.imagepath import absolute, parent, within
from deployguard.artifact.options import Options, valued
from deployguard.model.artifact import ArtifactFile
from deployguard.model.entry import REGULAR

EMPTY_BLOBS = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)
_VALUES = frozenset({"-t", "--target-directory", "-m", "--mode", "-o", "-g", "-S", "--owner", "--group"})


def replay_files(stage: Stage, line: Line, words: tuple[str, ...], cwd: str, empty: str | None) -> None:
    """Replay one command on the stage's files; a command of another kind does nothing.

    `empty` is the id of an empty blob in the source tree, of which `touch` makes files.
    """
    name, *rest = words
    work = {
        "cp": _copy,
        "mv": _copy,
        "ln": _link,
        "rm": _remove,
        "mkdir": _mkdir,
        "rsync": _copy,
        "install": _copy,
    }
    options = valued(rest, _VALUES)
    if name == "touch":
        _touch(stage, line, options, cwd, empty)
    elif name in work:
        work[name](stage, line, options, cwd, name)


def _paths(files: ImageFiles, word: str, cwd: str) -> tuple[str, ...]:
    if "$" in word or "`" in word:
        return ()
    at = absolute(word, cwd)
    return matches(at, files.children) if is_pattern(at) else (at,)


def _copy(stage: Stage, line: Line, options: Options, cwd: str, name: str) -> None:
    if name == "install" and options.has("-d", "--directory"):
        _mkdir(stage, line, options, cwd, name)
        return
    target = options.last("-t", "--target-directory")
    *sources, dest = [*options.rest, target] if target else options.rest or ("",)
    if not sources or not dest or "$" in dest:
        return
    into = stage.files.real(absolute(dest, cwd))
    stage.made.add(into)
    for source in sources:
        for path in _paths(stage.files, source, cwd):
            _copy_one(
                stage, path, into, whole=source.endswith("/.") or (name == "rsync" and source.endswith("/"))
            )
            if name == "mv":
                stage.files.remove(path)


def _copy_one(stage: Stage, path: str, into: str, *, whole: bool) -> None:
    taken = _taken(stage.files, path)
    if taken is None or within(into, path):
        return
    exists = stage.files.is_folder(into)
    dest = f"{into}/{taken.name}" if taken.is_folder and exists and not whole else into
    land(stage.files, taken, absolute(dest), is_folder=exists)


def _taken(files: ImageFiles, path: str) -> Taken | None:
    """Give what `cp -r` and `mv` take: a link stays a link."""
    node = files.nodes.get(path)
    if isinstance(node, ImageLink):
        moved: Node = ImageLink(f"/{absolute(node.target, parent(path))}", node.place)
        return Taken(path.rpartition("/")[2], is_folder=False, nodes=(("", moved),))
    return files.take(path)


def _link(stage: Stage, _line: Line, options: Options, cwd: str, _name: str) -> None:
    if (
        not options.has("-s", "--symbolic", "-f", "-n")
        or not options.rest
        or any("$" in p for p in options.rest)
    ):
        return
    target = options.rest[0]
    at = absolute(options.rest[1] if len(options.rest) > 1 else target.rpartition("/")[2], cwd)
    if stage.files.is_folder(at):
        at = absolute(target.rstrip("/").rpartition("/")[2], at)
    stage.files.put(at, ImageLink(target))


def _remove(stage: Stage, _line: Line, options: Options, cwd: str, _name: str) -> None:
    for word in options.rest:
        for path in _paths(stage.files, word, cwd):
            if path:
                stage.files.remove(path)


def _mkdir(stage: Stage, _line: Line, options: Options, cwd: str, _name: str) -> None:
    for word in options.rest:
        if "$" not in word:
            stage.files.make_folder(absolute(word, cwd))


def _touch(stage: Stage, line: Line, options: Options, cwd: str, empty: str | None) -> None:
    for word in options.rest:
        at = absolute(word, cwd)
        if "$" in word or at in stage.files.nodes:
            continue
        stage.made.add(at)
        if empty:
            stage.files.put(at, ArtifactFile("", "", REGULAR, empty))
        elif at.endswith(".py"):
            stage.doubt("files", line.place, f"touch makes {word}")


def fetched(words: tuple[str, ...], writes: tuple[str, ...]) -> str | None:
    """Return what a command brings from elsewhere or writes as Python; None when it does nothing of the kind."""
    name, rest = words[0] if words else "", words[1:]
    if name == "git" and "clone" in rest:
        return "git clone"
    if (
        name in {"tar", "bsdtar"} and any(re.match(r"-?-?[a-z]*x", word) for word in rest[:1])
    ) or name == "unzip":
        return f"{name} unpacks an archive"
    if name in {"curl", "wget", "gsutil", "aws"} or (name == "gcloud" and "storage" in rest):
        return f"{name} fetches a file"
    if _generated(rest) or (name == "buf" and "generate" in rest):
        return f"{'buf' if name == 'buf' else 'protoc'} writes modules"
    written = [path for path in writes if path.endswith(".py")]
    return f"{written[0]} is written by the build" if written else None


def _generated(rest: tuple[str, ...]) -> str:
    """Return where protoc is told to write Python; empty for another command."""
    options = valued(rest, frozenset({"--python_out", "--grpc_python_out", "-I", "--proto_path", "-m"}))
    return (options.last("--python_out", "--grpc_python_out") or "").rpartition(":")[2]


def destination(words: tuple[str, ...], cwd: str) -> str:
    """Return the folder into which a fetching command writes."""
    name, rest = words[0], words[1:]
    if name == "buf" or (generated := _generated(rest)):
        return cwd if name == "buf" else absolute(generated, cwd)
    options = valued(
        rest, frozenset({"-C", "-d", "-o", "-O", "-P", "--output", "--directory", "-b", "--branch"})
    )
    if name in {"curl", "wget"}:
        written = options.last("-o", "--output", "-O")
        if name == "curl" and options.has("-O"):
            return cwd
        if name == "curl" and not written:
            return "dev"
        return parent(absolute(written, cwd)) if written else absolute(options.last("-P") or "", cwd)
    if name == "git":
        plain = [word for word in options.rest if word != "clone"]
        return absolute(plain[1], cwd) if len(plain) > 1 else cwd
    return absolute(options.last("-C", "-d", "--directory") or "", cwd)
