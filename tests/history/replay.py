"""The corpus as the history of a real repository: each defect comes with one commit and goes with the next."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deployguard.config.load import load_project
from deployguard.rules.check import Request, check
from deployguard.rules.registry import chosen
from deployguard.source.commit import commit_tree
from deployguard.source.git import Repository, open_repository
from tests.history.defect import Defect, Sought
from tests.history.monorepo import Monorepo
from tests.history.services import configuration, monorepo
from tests.trees import Link


class Verdict(NamedTuple):
    """What the commit with a defect, and the one without it, give besides what is sought."""

    defect: Defect
    missed: frozenset[Sought]
    invented: frozenset[Sought]
    left: frozenset[Sought]


def verdicts(folder: Path, defects: Sequence[Defect]) -> Iterator[Verdict]:
    """Write the history into `folder`, and check every commit of it from the repository's objects alone."""
    repository = open_repository(write(folder / "repository.git", defects))
    config = folder / "deployguard.toml"
    config.write_text(configuration())
    for number, defect in enumerate(defects):
        found = findings(repository, config, f"defect-{number}")
        left = findings(repository, config, f"fix-{number}")
        yield Verdict(defect, defect.sought - found, found - defect.sought, left)


def findings(repository: Repository, config: Path, revision: str) -> frozenset[Sought]:
    """Return everything that one commit gives, whatever its severity; what cannot be told too."""
    tree = commit_tree(repository, revision)
    report = check(tree, load_project(tree, config), Request((), chosen((), ())), {})
    unknown = {Sought(service, "unknown", reason) for service, reason in report.unknowns()}
    return frozenset(unknown) | {
        Sought(service, one.code, one.subject, str(one.severity)) for service, one in report.found()
    }


def write(folder: Path, defects: Sequence[Defect]) -> Path:
    """Make a bare repository in which the tags `defect-N` and `fix-N` follow each other (git-fast-import)."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    whole = monorepo()
    stream = [_commit("whole", whole)]
    for number, defect in enumerate(defects):
        broken = monorepo()
        defect.breaks(broken)
        stream += [_commit(f"defect-{number}", broken), _commit(f"fix-{number}", whole)]
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(stream), check=True, capture_output=True
    )
    return folder


def _commit(tag: str, repo: Monorepo) -> bytes:
    """Write one commit on `main` as its whole tree, and a tag on it."""
    who = b"committer Ana <ana@example.com> 1767225600 +0000\n"
    parts = [b"commit refs/heads/main\n", who, _data(tag.encode()), b"deleteall\n"]
    for path, value in repo.items():
        mode = b"120000" if isinstance(value, Link) else b"100644"
        content = os.fsencode(value.target) if isinstance(value, Link) else value.encode()
        parts += [b"M " + mode + b" inline " + path.encode() + b"\n", _data(content)]
    parts += [b"reset refs/tags/" + tag.encode() + b"\n", b"from refs/heads/main\n\n"]
    return b"".join(parts)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
