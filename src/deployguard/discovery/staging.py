"""What deploy scripts copy beside a main.py before they deploy: the `include` of a discovered function."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import NamedTuple

from deployguard.discovery.copies import Copy, copies_in, written_in
from deployguard.discovery.deploys import deploys_in
from deployguard.discovery.discover import Discovered
from deployguard.discovery.landing import VARIABLE, arrival_of, inside_of, matching, may_be, places_of
from deployguard.discovery.paths import holds, joined
from deployguard.discovery.scripts import Script, scripts_of
from deployguard.model.service import Include
from deployguard.source.tree import SourceTree

_Included = dict[Include | str, tuple[Include, Copy]]
_ENTRY = "main.py"
_REQUIREMENTS = "requirements.txt"
_OF_REQUIREMENTS = ("DG201", "DG202", "DG221", "DG222")
# A zip is what Terraform and the console deploy from.
_DEPLOYS = re.compile(
    r"\b(?:functions|run|jobs)[\s\"',-]+deploy\b|\bdeploy-cloud(?:-functions|run)@|\bbuilds\s+submit\b|\bzip\s+-\w*r"
)
_RUN = re.compile(
    r"(?:\buses:\s*\./(?:[\w.-]+/)*|(?:^|[\s;&|(\"'])(?:(?:ba|z)?sh\s+|source\s+|\.\s+|\.{0,2}/)[^\s;&|]*?)([\w.-]+)(?=[\s;&|)\"']|$)"
)
_GLOB = re.compile(r"(?<![\w./*-])[\w./-]*\*[\w./*-]*")


class _Staging(NamedTuple):
    """One script, with what it copies and where it deploys from."""

    script: Script
    copies: tuple[Copy, ...]
    sources: frozenset[str]
    functions: tuple[Discovered, ...]

    @property
    def lays(self) -> Iterator[tuple[str, Copy]]:
        """Yield the folders whose content, or main.py, is laid into a place, with that copy."""
        for copy in self.copies:
            folder, _, name = copy.source.rpartition("/")
            if copy.is_content or name == _ENTRY:
                yield (copy.source if copy.is_content else folder), copy


def staged(tree: SourceTree, found: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """Give all that is built from a folder what deploy scripts copy into it, or beside it where they deploy from.

    A script that takes the folder from its caller speaks for the functions that no other script stages.
    """
    functions = tuple(one for one in found if one.kind == "function" or one.source)
    stagings = [_staging(script, functions) for script in _staging_scripts(tree)] if found else []
    own = [each for each in stagings if not _takes_any(each)]
    included = _included(tree, own)
    others = tuple(one for one in functions if one.folder not in included)
    for_any = [each._replace(functions=_using(tree, each, others)) for each in stagings if _takes_any(each)]
    included = {**_included(tree, for_any), **included}
    rewritten = _rewritten(tree, (*own, *for_any))
    copies = tuple(copy for each in stagings for copy in each.copies)
    return tuple(
        _with_filled_context(tree, one, copies)
        if one.dockerfile
        else _with(one, included.get(one.folder, {}), rewritten.get(one.folder))
        for one in found
    )


def _with_filled_context(tree: SourceTree, one: Discovered, copies: Iterable[Copy]) -> Discovered:
    """Give an image what scripts copy into its build context, where that is a folder of its own."""
    included: _Included = {}
    for copy in copies if one.context != "." and not one.left_out else ():
        inside = _inside_context(tree, copy, one.context)
        for include in _includes(tree, copy, one.context, inside) if inside is not None else ():
            included.setdefault(include.to, (include, copy))
    return _with_included(one, included, "into the build context")


def _inside_context(tree: SourceTree, copy: Copy, context: str) -> str | None:
    """Return where in a build context a copy from elsewhere lands, seen from where its source is."""
    for base in copy.bases:
        source, place = joined(base, copy.source), joined(base, copy.to)
        is_there = tree.entry(source) is not None or tree.is_folder(source)
        if is_there and holds(context, place) and not holds(context, source):
            return place[len(context) + 1 :]
    return None


def _staging_scripts(tree: SourceTree) -> list[Script]:
    """The scripts that deploy, and those that one of them runs first."""
    scripts = list(scripts_of(tree))
    deploying = [script for script in scripts if _DEPLOYS.search(script.text)]
    run = {name for script in deploying for line in script.lines for name in _RUN.findall(line.text)}
    others = (script for script in scripts if script not in deploying and _run_as(script.path) in run)
    return [*deploying, *others]


def _run_as(path: str) -> str:
    """The name that a script calls another by: its own, or the folder of an action."""
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name in {"action.yml", "action.yaml"} else name


def _staging(script: Script, functions: tuple[Discovered, ...]) -> _Staging:
    sources = frozenset(deploy.source for deploy in deploys_in(script))
    return _Staging(script, copies_in(script), sources, _meant(script, functions))


def _included(tree: SourceTree, stagings: Iterable[_Staging]) -> dict[str, _Included]:
    """Return what lands in each folder, by the place where it does; the first copy to a place counts."""
    included: dict[str, _Included] = {}
    for staging in stagings:
        for folder, include, copy in _in_script(tree, staging):
            place = include if include.to == "." else include.to
            included.setdefault(folder, {}).setdefault(place, (include, copy))
    return included


def _rewritten(tree: SourceTree, stagings: Iterable[_Staging]) -> dict[str, Copy]:
    """Return, by folder, the copy of another file over the requirements that lie there."""
    rewritten: dict[str, Copy] = {}
    for staging in stagings:
        for copy in staging.copies:
            for one, inside in _landings(copy, staging, with_root=True):
                if _writes_requirements(tree, copy, one.folder, inside):
                    rewritten.setdefault(one.folder, copy)
    return rewritten


def _writes_requirements(tree: SourceTree, copy: Copy, folder: str, inside: str) -> bool:
    """Whether a copy puts another file over the requirements of a folder; behind a variable they may be its own."""
    there = tree.entry(joined(folder, _REQUIREMENTS))
    source = next(places_of(tree, copy, copy.source), None)
    if there is None or source is None or may_be(posixpath.dirname(copy.source), folder):
        return False
    return tree.entry(source) != there and arrival_of(tree, copy, source, folder, inside) == _REQUIREMENTS


def _with(one: Discovered, included: _Included, rewritten: Copy | None) -> Discovered:
    if rewritten is not None:
        note = f"{rewritten.script}:{rewritten.line} writes its requirements anew: they are not judged"
        one = replace(one, ignore=_OF_REQUIREMENTS, notes=(*one.notes, note))
    return _with_included(one, included, "beside main.py")


def _with_included(one: Discovered, included: _Included, where: str) -> Discovered:
    if not included:
        return one
    note = f"include is what {written_in(copy for _, copy in included.values())} copies {where}"
    includes = [include for include, _ in included.values()]
    outermost = tuple(one for one in includes if not any(_brings(other, one) for other in includes))
    return replace(one, include=outermost, notes=(*one.notes, note))


def _brings(around: Include, one: Include) -> bool:
    """Whether a folder brings along what another include names, to the same place."""
    return one.source.startswith(f"{around.source}/") and one.to == joined(
        around.to, one.source.removeprefix(f"{around.source}/")
    )


def _meant(script: Script, functions: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """The functions that a script speaks of by name; all of them when it takes the name from whoever calls it."""
    globs = [glob.removeprefix("./").rstrip("/") for glob in _GLOB.findall(script.text)]
    home = posixpath.dirname(script.path)
    named = tuple(
        one for one in functions if one.folder == home or _speaks_of(script.text, one.folder, globs)
    )
    return named or functions


def _speaks_of(text: str, folder: str, globs: list[str]) -> bool:
    name = re.escape(posixpath.basename(folder))
    return bool(re.search(rf"(?<![\w-]){name}(?![\w-])", text)) or any(
        fnmatchcase(path, glob) for glob in globs if "/" in glob for path in (folder, f"{folder}/main.py")
    )


def _takes_any(staging: _Staging) -> bool:
    """Whether it is the caller who says which folder is laid where the script deploys from."""
    return any(
        VARIABLE.fullmatch(folder) and copy.is_into(place)
        for folder, copy in staging.lays
        for place in staging.sources
        if place.strip("./")
    )


def _using(tree: SourceTree, staging: _Staging, functions: tuple[Discovered, ...]) -> tuple[Discovered, ...]:
    """The functions that import what the script copies."""
    names = {copy.source.split("/")[0] for copy in staging.copies} - {"", ".", ".."}
    known = sorted(re.escape(name) for name in names if tree.is_folder(name))
    imports = re.compile(rf"^\s*(?:from|import)\s+(?:{'|'.join(known)})\b".encode(), re.MULTILINE)
    return tuple(one for one in functions if known and _holds_text(tree, one.folder, imports))


def _holds_text(tree: SourceTree, folder: str, text: re.Pattern[bytes]) -> bool:
    files = [tree.entry(path) for path in tree.below(folder.strip(".")) if path.endswith(".py")]
    blobs = [entry.blob for entry in files if entry is not None and entry.is_file]
    contents = tree.contents(blobs)
    return any(text.search(contents[blob] or b"") for blob in blobs)


def _in_script(tree: SourceTree, staging: _Staging) -> Iterator[tuple[str, Include, Copy]]:
    for copy in staging.copies:
        for one, inside in _landings(copy, staging):
            for include in _includes(tree, copy, one.folder, inside):
                yield one.folder, include, copy


def _landings(copy: Copy, staging: _Staging, *, with_root: bool = False) -> Iterator[tuple[Discovered, str]]:
    """Yield the functions that a copy lands in, with the path inside their folder; everything lands in the root."""
    beside = [place for place in staging.sources if place.strip("./") and copy.below(place) is not None]
    unlaid = frozenset(
        place for place in staging.sources if not any(laid.is_into(place) for _, laid in staging.lays)
    )
    for one in staging.functions:
        inside = next((copy.below(place) for place in beside if _is_laid_in(place, one, staging)), None)
        if inside is None:
            inside = inside_of(copy, one.folder, unlaid)
        if inside is not None and (with_root or one.folder != "."):
            yield one, inside


def _is_laid_in(place: str, one: Discovered, staging: _Staging) -> bool:
    return any(
        copy.is_into(place) and any(may_be(joined(base, folder), one.folder) for base in copy.bases)
        for folder, copy in staging.lays
    )


def _includes(tree: SourceTree, copy: Copy, folder: str, inside: str) -> Iterator[Include]:
    base, _, name = copy.source.rpartition("/")
    if "*" in name:
        sources = [path for at in places_of(tree, copy, base) for path in matching(tree, at, name)]
    else:
        sources = list(places_of(tree, copy, copy.source))[:1]
    for source in sources:
        to = arrival_of(tree, copy, source, folder, inside)
        at = joined(folder, to)
        is_apart = source != "." and not holds(source, folder) and not holds(folder, source)
        if is_apart and tree.entry(at) is None and (to == "." or not tree.is_folder(at)):
            yield Include(source, to)
