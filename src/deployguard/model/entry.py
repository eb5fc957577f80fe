"""One path of a source tree, as git records it."""

from __future__ import annotations

from typing import NamedTuple

REGULAR = "100644"
EXECUTABLE = "100755"
LINK = "120000"
SUBMODULE = "160000"


class Entry(NamedTuple):
    """A path's mode and content.

    `mode` is git's own octal text (gitformat-index, "mode"); `blob` is the object id of the content,
    or of the commit for a submodule. `tracked` is false for what exists on disk only.
    """

    mode: str
    blob: str
    tracked: bool = True

    @property
    def is_link(self) -> bool:
        return self.mode == LINK

    @property
    def is_file(self) -> bool:
        return self.mode in {REGULAR, EXECUTABLE}
