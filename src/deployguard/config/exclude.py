"""`exclude` of `[check]`: what rules over the whole repository leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from deployguard.model.service import Project


def is_excluded(project: Project, path: str) -> bool:
    """Tell whether a glob matches a repository path, or a folder that it is in.

    `*` and `**` both match any text, `/` too; a leading `**/` matches nothing as well.
    """
    globs = project.table("check").get("exclude", ())
    return any(_matches(path, glob.removesuffix("/")) for glob in globs)


def _matches(path: str, glob: str) -> bool:
    forms = (glob, glob.removeprefix("**/"))
    return any(fnmatchcase(prefix, form) for prefix in _prefixes(path) for form in forms)


def _prefixes(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]
