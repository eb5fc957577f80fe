"""The history of a repository, read through GitPython: which commit, what lies between two, what each one changed.

However many services are asked about, a fixed number of git processes answers: one `cat-file` that stays open for names
and objects, `merge-base` and `log` for the graph, and `diff-tree` for the changed paths.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployguard.model.errors import SourceError, UsageError
from deployguard.model.extras import lacks
from deployguard.source.changes import Changes, changes_of
from deployguard.source.git import Repository
from deployguard.source.graph import Apart, Graph, Node, read_nodes
from deployguard.source.objects import OpenObjects
from deployguard.source.promised import Promised, promised_of

if TYPE_CHECKING:
    from git.cmd import Git

_ID = re.compile(r"[0-9a-f]{4,64}")
_MOST_TIPS = (
    64  # `merge-base --octopus` grows with tips times history; beyond these the whole history costs less
)
_LOG = "--format=%H%x00%P%x00%ct%x00%aN%x00%aI%x00%s"


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a commit cannot be told. `kind`: `unreadable`, `ambiguous`, `shallow` (cut off) or `absent`."""

    kind: str
    reason: str


class History:
    """Commits of one repository. Not for several threads: the open `cat-file` answers one question at a time."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._graph = Graph({})
        self._changes: dict[str, Changes] = {}
        self._known: dict[str, str | Lost] = {}

    def close(self) -> None:
        """End the process that stays open."""
        self._objects.close()

    def commit(self, text: str) -> str | Lost:
        """Return the full id of a commit that is written in full or abbreviated; names of branches are refused."""
        if text not in self._known:
            self._known[text] = self._find(text.lower())
        return self._known[text]

    def named(self, revision: str) -> str | None:
        """Return the commit that a revision names (`HEAD~2`, a tag, a full reference), None where there is none."""
        if not revision or any(character in revision for character in "\n\0"):
            return None
        found = self._objects.get(f"{revision}^{{commit}}")
        return found.sha if found else None

    def load(self, tips: Iterable[str]) -> None:
        """Read the graph that joins these commits: all that one of them has and another one has not."""
        wanted = sorted(set(tips))
        below = self._common(wanted)
        words = [*wanted, *(f"^{sha}" for sha in below)]
        arguments = ("log", "--stdin", "-z", "--topo-order", "--no-show-signature", "--no-color", _LOG)
        self._graph = Graph(read_nodes(self._run(*arguments, "--encoding=UTF-8", given=words)))

    def apart(self, base: str, head: str) -> Apart:
        """Return what two loaded commits have of which the other has nothing."""
        return self._graph.apart(base, head, self.cut_at)

    def node(self, sha: str) -> Node | None:
        return self._graph.nodes.get(sha)

    def changes(self, commits: Iterable[str]) -> Mapping[str, Changes]:
        """Return what each of the commits changed, against each of its parents; git is asked once for all new ones."""
        wanted = dict.fromkeys(commits)
        new = [sha for sha in wanted if sha not in self._changes and sha not in self.cut_at]
        if new:
            arguments = ("diff-tree", "--stdin", "-r", "-m", "-z", "--raw", "--root", "--no-renames")
            self._changes |= changes_of(self._run(*arguments, "--no-abbrev", "--no-ext-diff", given=new))
        return {sha: self._changes.get(sha, ()) for sha in wanted}

    def before(self, head: str, moment: float) -> str | None:
        """Return the commit that was the tip of `head`'s own line (its first parents) at a moment in Unix seconds."""
        return next((sha for sha, when in self._line(head) if when <= moment), None)

    def object(self, name: str) -> bytes | None:
        """Return the content of an object by its id, None where this clone does not have it."""
        return self.objects((name,))[name]

    def objects(self, names: Iterable[str]) -> dict[str, bytes | None]:
        """Return the contents of many objects; what a partial clone lacks of them is fetched in one request."""
        wanted = tuple(dict.fromkeys(names))
        if self.promised is not None:
            self.promised.bring(wanted)
        return {name: self._content(name) for name in wanted}

    def _content(self, name: str) -> bytes | None:
        if self.promised is not None and not self.promised.has(name):
            return None
        found = self._objects.get(name)
        return found.content if found else None

    @cached_property
    def promised(self) -> Promised | None:
        """What this clone lacks, where it is a partial one."""
        return promised_of(self.repository)

    @cached_property
    def cut_at(self) -> frozenset[str]:
        """The commits whose parents a shallow clone has left out."""
        try:
            return frozenset((self._common_dir / "shallow").read_text("ascii").split())
        except (OSError, UnicodeDecodeError):
            return frozenset()

    @cached_property
    def _common_dir(self) -> Path:
        """Where a linked work tree shares its objects (gitrepository-layout, "commondir")."""
        try:
            text = (self.repository.git_dir / "commondir").read_text("utf-8").strip()
        except OSError:
            return self.repository.git_dir
        return self.repository.git_dir / text

    @cached_property
    def _objects(self) -> OpenObjects:
        return OpenObjects(self._git)

    @cached_property
    def _git(self) -> Git:
        try:
            from git.cmd import Git
        except ImportError as error:
            raise UsageError(lacks(error, "reading the history of commits", "gcp")) from error
        git = Git(str(self.repository.folder))
        git.update_environment(**_own(dict(self.repository.environment), self.repository, self._common_dir))
        return git

    def _find(self, text: str) -> str | Lost:
        if not _ID.fullmatch(text):
            return Lost("unreadable", f"`{text[:60]}` is no commit id")
        found = self._objects.get(text)
        if found and found.kind == "commit" and found.sha.startswith(text):
            return found.sha
        return self._disambiguated(text)

    def _disambiguated(self, text: str) -> str | Lost:
        """Objects of other kinds may begin like a commit, and a tag may be named like one."""
        listed = self._run("rev-parse", f"--disambiguate={text}").decode("ascii", "replace").split()
        objects = (self._objects.get(each) for each in listed)
        commits = [each.sha for each in objects if each and each.kind == "commit"]
        if len(commits) == 1:
            return commits[0]
        if commits:
            return Lost("ambiguous", f"{text} is ambiguous: {len(commits)} commits of this clone begin so")
        if self.cut_at:
            return Lost("shallow", f"{text} is not in this clone, which is shallow: `git fetch --unshallow`")
        return Lost(
            "absent", f"{text} is not in this clone: `git fetch` may bring it; or it was rewritten away"
        )

    def _common(self, tips: list[str]) -> list[str]:
        if not 1 < len(tips) <= _MOST_TIPS:
            return tips if len(tips) == 1 else []
        done = self.repository.attempt("merge-base", "--octopus", "--all", *tips)
        return done.stdout.decode("ascii", "replace").split()

    def _line(self, head: str) -> list[tuple[str, float]]:
        if head not in self._lines:
            listed = self._run("log", "--first-parent", "--no-show-signature", "--format=%H %ct", head)
            pairs = (line.split(" ") for line in listed.decode("ascii", "replace").splitlines())
            self._lines[head] = [(sha, float(when)) for sha, when in pairs]
        return self._lines[head]

    @cached_property
    def _lines(self) -> dict[str, list[tuple[str, float]]]:
        return {}

    def _run(self, *arguments: str, given: Iterable[str] | None = None) -> bytes:
        from git.exc import GitCommandError

        with tempfile.TemporaryFile() as words:
            words.write("".join(f"{word}\n" for word in given or ()).encode("ascii"))
            words.seek(0)
            settings: dict[str, Any] = {"stdout_as_string": False, "strip_newline_in_stdout": False}
            try:
                return bytes(self._git.execute(["git", *arguments], istream=words, **settings))
            except GitCommandError as error:
                said = str(error.stderr).strip().splitlines()
                raise SourceError(
                    f"git {arguments[0]} failed in {self.repository.folder}: {said[-1] if said else error.status}"
                ) from error


def _own(environment: dict[str, str], repository: Repository, common: Path) -> dict[str, str]:
    """GitPython adds to the environment and takes nothing away: what speaks of another repository is replaced."""
    places = {
        "GIT_DIR": str(repository.git_dir),
        "GIT_WORK_TREE": str(repository.folder),
        "GIT_COMMON_DIR": str(common),
        "GIT_OBJECT_DIRECTORY": str(common / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
    }
    foreign = {
        name: place for name, place in places.items() if name in os.environ and name not in environment
    }
    return {key: value for key, value in environment.items() if os.environ.get(key) != value} | foreign
