"""The requirement line to add, and the file to add it to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from deployguard.model.distribution import normalised
from deployguard.requirements.declared import DeclaredSet, Requirement


def line_to_add(distribution: str, siblings: Iterable[DeclaredSet]) -> str:
    """Return a requirement line: as most of the siblings' files write it, else the bare name.

    A file that several siblings share counts once; among equals, what comes first in the order of `siblings` wins.
    """
    name = normalised(distribution)
    written = {
        requirement.place: _line(requirement)
        for sibling in siblings
        for requirement in sibling.requirements
        if requirement.name == name and _is_plain(requirement, sibling)
    }
    constrained = {place: line for place, line in written.items() if line[1]} or written
    most = Counter(constrained.values()).most_common(1)
    return "".join(most[0][0]) if most else distribution


def file_to_edit(declared: DeclaredSet) -> str | None:
    """Return the requirements file that a line may be appended to; None where a tool writes it, or there is none.

    Of several files the one installed last is taken: the others tend to be shared.
    """
    files = [file for file in declared.files if file.kind == "requirements" and file.top]
    if not files or files[-1].hashed or files[-1].generated:
        return None
    return files[-1].path


def _is_plain(requirement: Requirement, declared: DeclaredSet) -> bool:
    """A pin that a tool computed, or an address, is no convention to follow."""
    computed = {file.path for file in declared.files if file.generated or file.hashed}
    by_hand = requirement.source in {"requirements", "direct", "project"} and "@" not in requirement.text
    return by_hand and "://" not in requirement.text and requirement.place.path not in computed


def _line(requirement: Requirement) -> tuple[str, str]:
    written_name = requirement.text.partition(";")[0]
    for cut in "[(<>=!~ ":
        written_name = written_name.partition(cut)[0]
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    return f"{written_name.strip() or requirement.name}{extras}", requirement.specifier
