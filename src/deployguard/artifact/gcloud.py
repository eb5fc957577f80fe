"""The zip that `gcloud functions deploy` would make of a folder, without gcloud.

Source: MakeZipFromDir in googlecloudsdk/core/util/archive.py, CreateSourcesZipFile and
ValidateDirectoryHasRequiredRuntimeFiles in command_lib/functions/source_util.py of the Google Cloud SDK 528.
gcloud reads the disk, untracked files included; what is predicted here is an upload from a clean clone of the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from deployguard.artifact.archive import is_utf8
from deployguard.artifact.ignore import IgnoreRules, upload_rules
from deployguard.model.entry import SUBMODULE
from deployguard.model.place import Place
from deployguard.model.problem import Problem, ProblemKind
from deployguard.source.links import Resolved, Unresolved, resolve
from deployguard.source.tree import SourceTree

_REQUIRED = ("main.py", "requirements.txt")
_STOPS = {
    ProblemKind.DANGLING_LINK,
    ProblemKind.LINK_LOOP,
    ProblemKind.MISSING_PATH,
    ProblemKind.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class GcloudZip:
    """What gcloud would pack.

    `files` maps a path in the zip to the repository path whose bytes arrive there; `folders` are the entries of
    folders, which stay even where all their files are ignored. `ignored` maps a path in the zip to its repository
    path and to the pattern that keeps it out. `dropped` are paths that gcloud leaves out without a word.
    `problems` are what gcloud stops at, and what a source tree cannot tell.
    """

    files: Mapping[str, str]
    folders: tuple[str, ...] = ()
    ignored: Mapping[str, tuple[str, Place]] = field(default_factory=dict)
    dropped: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether gcloud ends with an error before it uploads anything; `files` then are what it had to pack."""
        return any(problem.kind in _STOPS for problem in self.problems)


def gcloud_zip(tree: SourceTree, folder: str) -> GcloudZip:
    """Predict the zip that `gcloud functions deploy --source FOLDER` makes; `folder` is a repository path."""
    top = resolve(tree, folder)
    if isinstance(top, Unresolved) or top.entry is not None:
        kind = top.kind if isinstance(top, Unresolved) else ProblemKind.MISSING_PATH
        detail = "gcloud needs a folder here, and the tree has none"
        return GcloudZip({}, problems=(Problem(kind, folder, Place(folder), detail),))
    rules = upload_rules(tree, top.path)
    cut = len(_join(top.path, ""))
    outcomes = {path[cut:]: _outcome(tree, rules, path, path[cut:]) for path in tree.below(top.path)}
    files = {name: met.path for name, met in outcomes.items() if isinstance(met, Resolved)}
    folders = tuple(name for name in _folders(tree, top.path, outcomes) if rules.match(name) is None)
    met = [each for each in outcomes.values() if isinstance(each, Problem)]
    return GcloudZip(
        files,
        folders,
        {name: (_join(top.path, name), met) for name, met in outcomes.items() if isinstance(met, Place)},
        tuple(each for each in met if each.kind is ProblemKind.DROPPED),
        (
            *rules.problems,
            *_refusals(tree, top.path),
            *(each for each in met if each.kind is not ProblemKind.DROPPED),
            *_unwritable(top.path, (*folders, *files)),
        ),
    )


def _outcome(tree: SourceTree, rules: IgnoreRules, path: str, name: str) -> Resolved | Place | Problem:
    """Say what becomes of one path: packed from there, ignored by that pattern, or why it is neither."""
    entry = tree.entries[path]
    at = resolve(tree, path) if entry.is_link else Resolved(path, entry)
    if isinstance(at, Resolved) and not (at.entry and at.entry.is_file):
        return rules.match(name, is_folder=True) or _whole_folder(path, at)
    if (place := rules.match(name)) is not None:
        return place
    if (place := _lost(rules, name)) is not None:
        detail = "the pattern also matches the folder around it, so gcloud packs none of that folder's files"
        return Problem(ProblemKind.DROPPED, path, place, detail)
    return _unresolved(path, at) if isinstance(at, Unresolved) else at


def _whole_folder(path: str, at: Resolved) -> Problem:
    if at.entry is not None:
        detail = "gcloud packs what is checked out of a submodule, which this tree cannot tell"
        return Problem(ProblemKind.SUBMODULE, path, Place(path), detail)
    detail = f"gcloud leaves out a link to a folder, here {at.path or '.'}, without a word"
    return Problem(ProblemKind.DROPPED, path, Place(path), detail)


def _unresolved(path: str, at: Unresolved) -> Problem:
    if at.kind in _STOPS:
        detail = f"gcloud stops at a link to what is not there, {at.path}"
    else:
        detail = f"gcloud packs what stands at {at.path} where it is run, which this tree cannot tell"
    return Problem(at.kind, path, Place(at.link or path), detail)


def _lost(rules: IgnoreRules, name: str) -> Place | None:
    """Return the pattern by which gcloud loses a file that it does not ignore.

    Its walk asks about a folder as if it were a file, the top as `.`, and about a file of the top as `./name`:
    `*` matches that `.`, and no `!main.py` brings back what an ignored folder holds.
    """
    folder = name.rpartition("/")[0]
    return rules.match(folder) if folder else rules.match(".") or rules.match(f"./{name}")


def _folders(tree: SourceTree, top: str, names: Iterable[str]) -> list[str]:
    found = {name for name in names if tree.entries[_join(top, name)].mode == SUBMODULE}
    for name in names:
        folder = name.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return sorted(found)


def _refusals(tree: SourceTree, top: str) -> Iterator[Problem]:
    for name in _REQUIRED:
        if name not in tree.children(top):
            path = _join(top, name)
            detail = f"gcloud functions deploy refuses a Python source without {name}"
            yield Problem(ProblemKind.MISSING_PATH, path, Place(path), detail)


def _unwritable(top: str, names: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        if not is_utf8(name):
            path = _join(top, name)
            detail = "gcloud stops at a name that is not UTF-8; rename it"
            yield Problem(ProblemKind.UNREADABLE, path, Place(path), detail)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
