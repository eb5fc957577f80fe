"""A start command, and what must be known around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from deployguard.artifact.imagepath import absolute
from deployguard.model.artifact import Launch
from deployguard.model.place import Place


@dataclass(frozen=True, slots=True)
class Ground:
    """The artifact under the command.

    `files` are its paths; `read` gives the text of one, None when it cannot be read. `scripts` are commands that
    installed projects define, as `module:attribute`. `place` is where the command stands; `made` are paths that the build itself writes.
    """

    files: Mapping[str, object]
    read: Callable[[str], str | None]
    place: Place
    scripts: Mapping[str, str] = field(default_factory=dict)
    made: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Start:
    """The words of a command, where and with which variables it runs, and what its wrappers need."""

    words: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""

    @property
    def rest(self) -> tuple[str, ...]:
        return self.words[1:]

    def running(self, words: tuple[str, ...], *needs: str) -> Start:
        return replace(self, words=words, needs=(*self.needs, *needs))

    @property
    def python_path(self) -> tuple[str, ...]:
        """The entries of PYTHONPATH; an empty one is the current folder (Python reference, "PYTHONPATH")."""
        value = self.env.get("PYTHONPATH", "")
        return tuple(absolute(entry, self.cwd) for entry in value.split(":")) if value else ()


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a command could not be read."""

    reason: str


def launched(ground: Ground, start: Start, launch: Launch) -> Launch:
    """Finish a launch: PYTHONPATH comes after its own roots (before them when it appends), wrappers' needs too."""
    own = launch.roots
    ordered = (*start.python_path, *own) if launch.site_first else (*own, *start.python_path)
    needs = tuple(dict.fromkeys((*launch.needs, *start.needs)))
    return replace(launch, roots=tuple(dict.fromkeys(ordered)), needs=needs, place=ground.place)
