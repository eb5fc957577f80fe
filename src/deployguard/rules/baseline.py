"""The findings that a team had when it began: known, counted, and not shown until there are more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from deployguard.model.errors import ConfigurationError
from deployguard.model.report import Found
from deployguard.model.service import Project
from deployguard.source.tree import SourceTree

BASELINE = ".deployguard-baseline.json"
_SCHEMA = 1
_MEND = "run deployguard check --write-baseline to make it anew"


class Known(NamedTuple):
    """What stays the same about a finding while its file is edited: no line, no message."""

    service: str
    code: str
    subject: str
    path: str


Baseline = Mapping[Known, int]
"""How many findings of each kind are known."""


def known(found: Found) -> Known:
    """Return by what a finding is known again: not by its line, which moves."""
    finding = found.finding
    return Known(found.service, finding.code, finding.subject, finding.path)


def written_baseline(found: Iterable[Found]) -> str:
    """Write the file's text: sorted, a line an entry, so that it merges and reviews well."""
    import json

    counts = Counter(known(each) for each in found)
    entries = [json.dumps({**entry._asdict(), "count": counts[entry]}) for entry in sorted(counts)]
    body = ",".join(f"\n    {entry}" for entry in entries)
    return f'{{\n  "schema": {_SCHEMA},\n  "findings": [{body}{chr(10) + "  " if entries else ""}]\n}}\n'


def baseline_path(project: Project) -> str:
    """Return the repository path of the baseline: `baseline` of `[check]`, or the usual one."""
    return str(project.table("check").get("baseline", BASELINE))


def baseline_in(tree: SourceTree, path: str = BASELINE) -> Baseline:
    """Read the baseline that a source tree holds; an empty one when it holds none.

    In the work tree an untracked one counts, so that one just written can be tried.

    Raises:
        ConfigurationError: it is not what `written_baseline` writes; every error, each with its place.
        SourceError: its content is not in this clone.
    """
    entry = tree.entry(path) or (tree.untracked(path) if tree.kind == "worktree" else None)
    return {} if entry is None else read_baseline(tree.content(entry), path)


def read_baseline(content: bytes, path: str = BASELINE) -> Baseline:
    """Read the file's bytes; `path` is named in messages.

    Raises:
        ConfigurationError: as `baseline_in`.
    """
    import json

    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError([f"{path}: not JSON ({error}); {_MEND}"]) from error
    if not isinstance(value, dict) or value.get("schema") != _SCHEMA:
        raise ConfigurationError([f"{path}: its schema is not {_SCHEMA}; {_MEND}"])
    entries = value.get("findings")
    if not isinstance(entries, list):
        raise ConfigurationError([f"{path}: findings: not a list; {_MEND}"])
    read = [_entry(each) for each in entries]
    wrong = [number for number, each in enumerate(read) if each is None]
    if wrong:
        raise ConfigurationError([f"{path}: findings[{number}]: not an entry; {_MEND}" for number in wrong])
    return dict(filter(None, read))


def _entry(value: object) -> tuple[Known, int] | None:
    if not isinstance(value, dict):
        return None
    texts = [value.get(field) for field in Known._fields]
    count = value.get("count")
    if not isinstance(count, int) or count < 1 or not all(isinstance(each, str) for each in texts):
        return None
    return Known(*map(str, texts)), count
