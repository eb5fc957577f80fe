"""Where a path of an artifact stands in the repository, and how to bring a missing one there."""

from __future__ import annotations

import posixpath
from collections import Counter

from deployguard.model.artifact import Artifact
from deployguard.model.finding import Fix
from deployguard.model.problem import Problem
from deployguard.model.service import Service
from deployguard.rules.rule import ServiceFacts


def place_of(facts: ServiceFacts, wanted: str) -> str:
    """Return the repository path that would arrive at `wanted`, a path in the artifact."""
    if wanted in facts.artifact.ignored:
        return facts.artifact.ignored[wanted][0]
    folder, tail = wanted.rpartition("/")[0], wanted
    while True:
        tail = wanted[len(folder) + 1 :] if folder else wanted
        base = _base_of(facts.artifact, folder)
        if base is not None:
            return posixpath.normpath(posixpath.join(base, tail))
        if not folder:
            return posixpath.normpath(posixpath.join(facts.service.source or facts.service.context, tail))
        folder = folder.rpartition("/")[0]


def _base_of(artifact: Artifact, folder: str) -> str | None:
    """Return the repository folder from which most files right in a folder of the artifact come."""
    prefix = f"{folder}/" if folder else ""
    found: Counter[str] = Counter()
    for path, file in artifact.files.items():
        tail = path[len(prefix) :]
        if path.startswith(prefix) and "/" not in tail and file.place.endswith(f"/{tail}"):
            found[file.place[: -len(tail) - 1]] += 1
    return found.most_common(1)[0][0] if found else None


def fix_for(facts: ServiceFacts, wanted: str, found_at: str) -> tuple[str, Fix | None]:
    """Return what to do about a file that the repository has and the artifact lacks."""
    if not found_at:
        return "create it, or remove what needs it", None
    if not facts.service.is_uploaded:
        return f"add `COPY {found_at}` (or its folder) to {facts.service.dockerfile}", None
    included = _included(facts.service, wanted)
    if included:
        return f"{included} is staged beside the function, but {found_at} is not in it", None
    place = place_of(facts, wanted)
    target = posixpath.relpath(found_at, posixpath.dirname(place) or ".")
    advice = f"mkdir -p {posixpath.dirname(place) or '.'} && ln -s {target} {place}"
    return advice, Fix("link", place, target)


def untracked_path(facts: ServiceFacts, wanted: str, found_at: str) -> str | None:
    """Return the path that is on disk and not in git: where the artifact wants it, or what it would be made of."""
    wanted_place = place_of(facts, wanted) if wanted and facts.service.is_uploaded else ""
    for path in filter(None, (wanted_place, found_at)):
        if facts.tree.untracked(path) is not None:
            return path
    return None


def is_in_the_way(facts: ServiceFacts, problem: Problem) -> bool:
    """Tell whether a path that leads nowhere matters.

    In an image, a link that was only copied with its folder does where something needed should come by it; all of
    the service's own do where nobody can tell what it starts.
    """
    place = problem.subject
    if facts.service.kind == "function" or problem.place.path != place:
        return True
    closure, launch = facts.closure, facts.artifact.launch
    if closure.graph.entry is None and launch.file is None:
        return place.startswith(facts.service.dockerfile.rpartition("/")[0])
    wanted = [missing.lack.wanted_at for missing in closure.missing]
    wanted += [*(need.wanted_at for need in closure.data), launch.file or ""]
    unfound = [needed.module.replace(".", "/") for needed in closure.needed]
    return any(f"{place_of(facts, path)}/".startswith(f"{place}/") for path in wanted if path) or any(
        f"/{place}".endswith((f"/{path}.py", f"/{path.partition('/')[0]}")) for path in unfound
    )


def _included(service: Service, wanted: str) -> str:
    return next((one.source for one in service.include if f"{wanted}/".startswith(f"{one.to}/")), "")
