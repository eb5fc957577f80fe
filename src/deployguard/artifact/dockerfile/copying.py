"""COPY and ADD."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from deployguard.artifact.dockerfile.context import Context
from deployguard.artifact.dockerfile.files import ImageFiles, Taken
from deployguard.artifact.dockerfile.gopath import is_pattern, matcher
from deployguard.artifact.dockerfile.stage import Line, Stage, carried, cut
from deployguard.artifact.dockerfile.words import expand, words
from deployguard.artifact.imagepath import absolute, joined, parent, within
from deployguard.model.errors import DeployguardError
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind

_MOST_FILES = 200_000
_ARCHIVE = re.compile(r"\.(?:tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst))$")
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@", re.IGNORECASE)
# Images that are copied from for their programs; nothing in them is imported.
_TOOLS = re.compile(
    r"(?:ghcr\.io|docker\.io)?/?(?:astral-sh|astral)/uv\b|gcr\.io/berglas/|(?:.*/)?(?:tini|dumb-init|busybox)\b"
    r"|(?:.*/)?(?:aws-lambda-adapter|cloud-sql-proxy|litestream|datadog/serverless-init)\b|golang:|node:|nginx:"
)


def copy(stage: Stage, line: Line, context: Context, others: list[Stage]) -> None:
    """Replay a COPY or ADD."""
    variables = stage.variables(line.escape)
    named = line.instruction.exec_form or words(line.instruction.text, variables)
    origin = words(line.instruction.flag("from") or "", variables)
    if variables.asked:
        asked = ", ".join(variables.asked)
        stage.doubt("files", line.place, f"build argument {asked} has no value; set it in build-args")
        _reserve(stage, line)
        return
    if len(named) < 2:
        _inline(stage, line, named)
        return
    *sources, dest = named
    if line.instruction.heredocs:
        _inline(stage, line, (dest,))
        sources = [source for source in sources if "<<" not in source]
    if not origin:
        _from_context(stage, line, context, sources, dest)
        return
    other = named_stage(origin[0], others)
    if other is None:
        _from_image(stage, line, origin[0], dest)
        return
    stage.uses.add(others.index(other))
    _from_stage(stage, line, other, sources, dest)


def _reserve(stage: Stage, line: Line) -> None:
    """Remember where a COPY of unknown sources puts them."""
    variables = stage.variables(line.escape)
    raw = line.instruction.exec_form or tuple(line.instruction.text.split())
    dest = expand(raw[-1], variables) if raw else ""
    if dest and not variables.asked:
        stage.made.add(stage.path(dest))


def named_stage(name: str, stages: list[Stage]) -> Stage | None:
    """Find an earlier stage by its name (case aside) or its number."""
    for stage in reversed(stages):
        if stage.name == name.lower():
            return stage
    return stages[int(name)] if name.isascii() and name.isdecimal() and int(name) < len(stages) else None


def land(files: ImageFiles, taken: Taken, dest: str, *, is_folder: bool) -> str:
    """Put what was taken at `dest`, a folder's contents or a file under its own name; return where it begins.

    Raises:
        DeployguardError: the image grows beyond reason, as when a folder is copied into itself again and again.
    """
    if len(files.nodes) + len(taken.nodes) > _MOST_FILES:
        raise DeployguardError(
            f"the copy to /{dest} makes an image of more than {_MOST_FILES} files; copy less, or extend .dockerignore"
        )
    into = is_folder or files.is_folder(dest)
    start = dest if taken.is_folder or not into else joined(dest, taken.name)
    if taken.is_folder:
        files.make_folder(dest)
    for path, node in taken.nodes:
        files.put(joined(start, path), node)
    return start


def matches(pattern: str, children: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Return the paths that a pattern names, component by component (Go `filepath.Match`)."""
    found = [""]
    for part in absolute(pattern).split("/"):
        if not is_pattern(part):
            found = [joined(folder, part.replace("\\", "")) for folder in found]
            continue
        fits = matcher(part, deep=False)
        if fits is None:
            return ()
        found = [joined(at, name) for at in found for name in children(at) if fits(name)]
    return tuple(found)


def _from_context(stage: Stage, line: Line, context: Context, sources: list[str], dest: str) -> None:
    adding = line.instruction.keyword == "ADD"
    target = stage.path(dest)
    is_folder = dest.endswith(("/", "/.")) or dest == "." or len(sources) > 1
    parents = line.instruction.flag("parents") == "true"
    excluded = [value for name, value in line.instruction.flags if name == "exclude"]
    for source in sources:
        if adding and _REMOTE.match(source):
            _fetch(stage, line, source, target)
            continue
        paths = matches(source, context.children) if is_pattern(source) else (source,)
        for path in paths:
            taken = context.take(path, line.place)
            if isinstance(taken, Problem):
                stage.problems.append(taken)
                continue
            if adding and not taken.is_folder and _ARCHIVE.search(path):
                stage.doubt("files", line.place, f"ADD unpacks {path}, whose contents are not read", target)
                continue
            into = joined(target, parent(absolute(path))) if parents else target
            if parents and taken.is_folder:
                into = joined(target, absolute(path))
            stage.problems += taken.problems
            kept = _without(taken, excluded)
            start = land(stage.files, kept, into, is_folder=is_folder or parents)
            for gone in kept.ignored:
                at = joined(start, gone.path)
                stage.ignored[at] = (gone.origin, Place(gone.file, gone.line))


def _from_stage(stage: Stage, line: Line, other: Stage, sources: list[str], dest: str) -> None:
    target = stage.path(dest)
    is_folder = dest.endswith(("/", "/.")) or dest == "." or len(sources) > 1
    for source in sources:
        paths = matches(source, other.files.children) if is_pattern(source) else (absolute(source),)
        for path in paths:
            taken = other.files.take(path)
            moved = [found for one in other.installed if (found := carried(one, path, target))]
            for install in moved:
                if install not in stage.installed:
                    stage.installed.append(install)
            if any(cut(one, path) for one in other.installed if one not in moved):
                stage.doubt("installs", line.place, f"a part of what is installed is copied: /{path}")
            _carry_doubts(stage, other, path, bool(moved), taken)
            if taken is not None:
                land(stage.files, taken, target, is_folder=is_folder)
                _carry_ignored(stage, other, path, target)
            elif not moved:
                _doubtful_source(stage, line, other, path, target)


def _carry_doubts(stage: Stage, other: Stage, path: str, has_installs: bool, taken: Taken | None) -> None:
    """Doubts about the other stage come along with the folders that they are about."""
    libraries = (
        has_installs or "site-packages" in path or any(made and within(made, path) for made in other.made)
    )
    for unknown in other.unknowns:
        if (unknown.covers == "installs" and libraries) or (
            unknown.covers == "files" and taken is not None and taken.is_folder
        ):
            stage.doubt(unknown.covers, unknown.place, unknown.reason)


def _carry_ignored(stage: Stage, other: Stage, source: str, target: str) -> None:
    prefix = f"{source}/" if source else ""
    for at, why in other.ignored.items():
        if at.startswith(prefix):
            stage.ignored[joined(target, at[len(prefix) :])] = why


def _doubtful_source(stage: Stage, line: Line, other: Stage, path: str, target: str) -> None:
    """What a stage's base image or its RUN lines made is copied: programs and libraries mostly, seldom modules."""
    if re.match(r"(?:usr|bin|sbin|lib|lib64|etc|go|root/\.(?:cargo|local/bin)|var|out|build|dist)\b", path):
        return
    reason = f"/{path} of stage {other.name or other.image} was made by its build"
    stage.doubt("files", line.place, reason, target)


def _from_image(stage: Stage, line: Line, image: str, dest: str) -> None:
    if _TOOLS.match(image) or absolute(dest, stage.workdir).startswith(("usr/local/bin", "bin", "usr/bin")):
        return
    reason = f"{dest} comes from the image {image}, which is not read"
    stage.doubt("files", line.place, reason, stage.path(dest))


def _fetch(stage: Stage, line: Line, source: str, target: str) -> None:
    """ADD of a URL: an installer or a key is nobody's import."""
    if not re.search(r"\.(?:sh|deb|rpm|asc|gpg|pem|crt|key|jar)$", source):
        stage.doubt("files", line.place, f"{source} is fetched by the build", target)


def _without(taken: Taken, excluded: list[str]) -> Taken:
    if not excluded:
        return taken
    from deployguard.artifact.dockerfile.dockerignore import read_ignore

    ignore = read_ignore("", "\n".join(excluded))
    nodes = tuple(node for node in taken.nodes if not node[0] or ignore.excludes(node[0]) is None)
    return taken._replace(nodes=nodes)


def _inline(stage: Stage, line: Line, named: tuple[str, ...]) -> None:
    """A COPY with a here-document makes a file that stands in the Dockerfile only."""
    if line.instruction.heredocs and named:
        reason = f"{named[-1]} is written in the Dockerfile itself"
        stage.doubt("files", line.place, reason, stage.path(named[-1]))
    elif not line.instruction.heredocs:
        detail = f"{line.instruction.keyword} needs a source and a destination"
        stage.problems.append(Problem(ProblemKind.UNREADABLE, line.place.path, line.place, detail))
