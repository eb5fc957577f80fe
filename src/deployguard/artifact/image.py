"""What arrives in the image of a `run` service, from its Dockerfile alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from deployguard.artifact.dockerfile.context import open_context
from deployguard.artifact.dockerfile.entry import absent_settings, entry_doubt
from deployguard.artifact.dockerfile.flatten import flatten
from deployguard.artifact.dockerfile.parse import parse
from deployguard.artifact.dockerfile.project import read_project
from deployguard.artifact.dockerfile.replay import Replay, needed, replay
from deployguard.artifact.dockerfile.stage import Stage
from deployguard.artifact.imagepath import absolute
from deployguard.artifact.launch.read import read_launch
from deployguard.artifact.launch.start import Ground, Unread
from deployguard.model.artifact import Artifact, ArtifactFile, Launch, Unknown
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.model.service import Service
from deployguard.source.links import Unresolved, resolve
from deployguard.source.tree import SourceTree


def image_artifact(tree: SourceTree, service: Service) -> Artifact:
    """Replay the Dockerfile of `service` on the paths of `tree`.

    Nothing is built and nothing is run; what only a build could tell is an `Unknown`, with the line and the reason.
    """
    path = absolute(service.dockerfile)
    found = resolve(tree, path)
    if isinstance(found, Unresolved) or found.entry is None:
        return _without(service, path, "there is no such Dockerfile")
    content = tree.contents((found.entry.blob,))[found.entry.blob]
    if content is None:
        return _without(
            service, path, "the Dockerfile's content is not in this clone", ProblemKind.MISSING_BLOB
        )
    root = resolve(tree, absolute(service.context))
    if isinstance(root, Unresolved) or root.entry is not None:
        return _without(service, absolute(service.context), "there is no such build context")
    context = open_context(tree, root.path, path, service.include)
    state = replay(parse(content.decode("utf-8", "replace")), path, context, dict(service.build_args))
    state.problems += context.problems()
    if not state.stages:
        return _without(service, path, "the Dockerfile has no FROM", ProblemKind.UNREADABLE)
    return _assembled(tree, service, state, found.entry.blob)


def _assembled(tree: SourceTree, service: Service, state: Replay, blob: str) -> Artifact:
    stages = needed(state.stages)
    final = stages[-1]
    place = Place(state.path)
    flat = flatten(final.files)
    ground = _ground(tree, flat.files, final, place)
    words = _start_words(service, final)
    launch = read_launch(words, final.workdir, final.env, ground)
    unknowns = [*_told(final, words), *flat.unknowns]
    if isinstance(launch, Launch) and (doubt := entry_doubt(launch, flat.files, final)):
        launch = Unread(doubt)
    if isinstance(launch, Unread):
        unknowns.append(Unknown("launch", ground.place, launch.reason))
        launch = Launch(by="unknown", roots=_fallback_roots(final), place=ground.place)
    if final.runtime is None:
        unknowns.append(
            Unknown("runtime", final.place, f"the base image {final.image} does not tell its Python")
        )
    problems = [*state.problems, *(problem for stage in stages for problem in stage.problems), *flat.problems]
    problems += absent_settings(launch, flat.files, final, state.context.root)
    return Artifact(
        service=service.name,
        runtime=final.runtime or service.runtime,
        files=flat.files,
        launch=replace(launch, roots=_roots(launch, final)),
        installs=tuple(dict.fromkeys(one.install for one in final.installed if not one.waiting)),
        recipe=_recipe(service, stages, words, blob),
        problems=tuple(dict.fromkeys(problems)),
        unknowns=tuple(dict.fromkeys(unknowns)),
        ignored={at: why for at, why in final.ignored.items() if at not in flat.files},
        open_base=final.image if final.base.is_open else "",
    )


def _told(final: Stage, words: tuple[str, ...]) -> Iterator[Unknown]:
    """Yield what is in doubt; distributions of the system's Python count only where that one may be asked for them."""
    asks = "/usr/lib/python3" in final.env.get("PYTHONPATH", "") or "/usr/bin/python3" in " ".join(words)
    for unknown in final.unknowns:
        if unknown.covers != "system":
            yield unknown
        elif asks:
            yield Unknown("installs", unknown.place, unknown.reason)


def _ground(tree: SourceTree, files: Mapping[str, ArtifactFile], final: Stage, place: Place) -> Ground:
    command = final.cmd if final.entrypoint is None else final.entrypoint
    return Ground(
        files,
        _reader(tree, files),
        command.place if command else place,
        _scripts(tree, final),
        frozenset(final.made),
    )


def _reader(tree: SourceTree, files: Mapping[str, ArtifactFile]) -> Callable[[str], str | None]:
    def read(path: str) -> str | None:
        content = tree.contents((files[path].blob,))[files[path].blob]
        return None if content is None else content.decode("utf-8", "replace")

    return read


def _scripts(tree: SourceTree, final: Stage) -> dict[str, str]:
    """Return the commands of the projects that the image installs and whose folder it holds."""
    found: dict[str, str] = {}
    for one in final.installed:
        if one.install.kind != "local":
            continue
        for path, node in final.files.nodes.items():
            if isinstance(
                node, ArtifactFile
            ) and node.origin == f"{one.install.origin}/pyproject.toml".lstrip("/"):
                project = read_project(tree, final.files, path.rpartition("/")[0])
                found |= project.scripts if project else {}
    return found


def _start_words(service: Service, final: Stage) -> tuple[str, ...]:
    """Join ENTRYPOINT and CMD (Dockerfile reference, "Understand how CMD and ENTRYPOINT interact")."""
    if service.command:
        return service.command
    cmd = final.cmd.words if final.cmd else ()
    if final.entrypoint is None:
        return cmd
    return final.entrypoint.words if final.entrypoint.by_shell else (*final.entrypoint.words, *cmd)


def _roots(launch: Launch, final: Stage) -> tuple[str, ...]:
    """Put what installed projects add to `sys.path` after the launcher's own folders."""
    installed = [one.root for one in final.installed if one.root and not one.waiting]
    return tuple(dict.fromkeys((*launch.roots, *installed)))


def _fallback_roots(final: Stage) -> tuple[str, ...]:
    entries = final.env.get("PYTHONPATH", "").split(":") if final.env.get("PYTHONPATH") else []
    return tuple(dict.fromkeys((final.workdir, *(absolute(entry, final.workdir) for entry in entries))))


def _recipe(
    service: Service, stages: list[Stage], words: tuple[str, ...], blob: str
) -> tuple[tuple[str, str], ...]:
    """Name what the content of the files does not tell; of build arguments, a digest of the value."""
    pairs = [("dockerfile", blob), ("command", "\0".join(words))]
    pairs += [(f"from:{number}", stage.image) for number, stage in enumerate(stages)]
    pairs += [(f"build-arg:{name}", _digest(value)) for name, value in service.build_args]
    return tuple(sorted(pairs))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without(
    service: Service, path: str, detail: str, kind: ProblemKind = ProblemKind.MISSING_PATH
) -> Artifact:
    place = Place(service.dockerfile or path)
    return Artifact(
        service=service.name,
        runtime=service.runtime,
        files={},
        launch=Launch(by="unknown", roots=(), place=place),
        problems=(Problem(kind, path, place, detail),),
        unknowns=(Unknown("launch", place, detail),),
    )
