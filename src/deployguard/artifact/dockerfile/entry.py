"""What a start command needs of the image: the file it starts, and those that the server itself reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployguard.artifact.dockerfile.stage import Stage
from deployguard.artifact.imagepath import joined, relative, within
from deployguard.model.artifact import ArtifactFile, Launch
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind


def entry_doubt(launch: Launch, files: Mapping[str, ArtifactFile], final: Stage) -> str:
    """Tell why the entry may be in the image although no file of the repository is; empty when it is there, or cannot be."""
    paths = tuple(_paths(launch))
    if not paths or any(path in files for path in paths):
        return ""
    if not final.is_placed:
        return f"the folder in which {launch.by} starts is not known; name it by WORKDIR"
    return _may_arrive(paths, final)


def absent_settings(
    launch: Launch, files: Mapping[str, ArtifactFile], final: Stage, context: str
) -> Iterator[Problem]:
    """Yield a problem for each file that the server reads at its start and the image lacks."""
    for path in launch.reads:
        if path not in files and not final.base.is_open and not _may_arrive((path,), final):
            below = relative(path, final.workdir) if within(path, final.workdir) else path
            subject = final.ignored.get(path, (joined(context, below),))[0]
            detail = f"{launch.by} reads /{path} when it starts, and the image has no such file"
            yield Problem(ProblemKind.MISSING_PATH, subject, launch.place or Place(""), detail)


def _paths(launch: Launch) -> Iterator[str]:
    if launch.file:
        yield launch.file
    elif launch.module:
        below = launch.module.replace(".", "/")
        yield from (joined(root, f"{below}{end}") for root in launch.roots for end in (".py", "/__init__.py"))


def _may_arrive(paths: tuple[str, ...], final: Stage) -> str:
    for path in paths:
        if any(made and within(path, made) for made in final.made):
            return f"/{path} is made by the build"
    return ""
