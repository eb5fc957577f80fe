"""What gathering facts came upon, before any rule judges it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deployguard.model.place import Place


class ProblemKind(StrEnum):
    """The ways in which a path or an instruction can fail to give a fact."""

    DANGLING_LINK = "dangling-link"
    LINK_LOOP = "link-loop"
    LINK_ABSOLUTE = "link-absolute"
    LINK_OUTSIDE = "link-outside"
    MISSING_PATH = "missing-path"
    COLLISION = "collision"
    DROPPED = "dropped"
    SUBMODULE = "submodule"
    UNMERGED = "unmerged"
    INTENT_TO_ADD = "intent-to-add"
    MISSING_BLOB = "missing-blob"
    UNREADABLE = "unreadable"
    REFUSED_LINE = "refused-line"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`subject` is the path in the artifact by its place in the repository; `detail` says what was met."""

    kind: ProblemKind
    subject: str
    place: Place
    detail: str = ""
