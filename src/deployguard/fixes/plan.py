"""From the fixes of findings to changes of paths: each once, none that could lose something."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator

from deployguard.fixes.change import Change, Plan, Refused
from deployguard.fixes.text import CannotEdit, with_line, with_replacement
from deployguard.model.distribution import normalised
from deployguard.model.entry import LINK, REGULAR
from deployguard.model.errors import SourceError
from deployguard.model.finding import Finding, Fix
from deployguard.source.disk import blob_id
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")  # of a requirement (PEP 508)


def plan(findings: Iterable[Finding], tree: SourceTree) -> Plan:
    """Plan every fix that can be made without a person; advice is left out, doubtful ones are refused.

    The same fix in many findings is made once. Fixes that contradict each other are all refused.
    """
    fixes = {finding.fix for finding in findings if finding.fix and finding.fix.kind != "advice"}
    wanted: dict[str, list[Fix]] = {}
    refused: list[Refused] = []
    for fix in sorted(fixes, key=_order):
        try:
            wanted.setdefault(_target(fix, tree), []).append(fix)
        except CannotEdit as error:
            refused.append(Refused(fix.path, str(error)))
    changes: list[Change] = []
    for path, group in wanted.items():
        try:
            changes += _change(path, list(_agreed(group)), tree)
        except (CannotEdit, SourceError) as error:
            refused.append(Refused(path, str(error)))
    return Plan(tuple(sorted(changes, key=lambda change: change.path)), tuple(sorted(set(refused))))


def _order(fix: Fix) -> tuple[str, bool, int, str, str]:
    # Replacements before added lines: these would move the lines that those count.
    return (fix.path, fix.kind != "replace", fix.line, fix.text, fix.old)


def _target(fix: Fix, tree: SourceTree) -> str:
    """Find the path whose content changes: a file behind links is edited where it is."""
    path = posixpath.normpath(fix.path) if fix.path else ""
    if path in {"", "."} or path.startswith(("/", "../")) or path == ".." or ".git" in path.split("/"):
        raise CannotEdit("it is not a path of this repository")
    found = resolve(tree, path) if fix.kind != "link" else None
    if isinstance(found, Resolved) and found.entry is not None:
        return found.path
    if fix.kind == "replace" or (found is not None and (path in tree.entries or tree.is_folder(path))):
        raise CannotEdit("there is no such file to edit")
    _check_folder(path, tree)
    return path


def _check_folder(path: str, tree: SourceTree) -> None:
    parts = path.split("/")
    for depth in range(1, len(parts)):
        folder = "/".join(parts[:depth])
        if entry := tree.entry(folder):
            what = "a link: what is made in it would land elsewhere" if entry.is_link else "not a folder"
            raise CannotEdit(f"{folder} is {what}")


def _agreed(fixes: list[Fix]) -> Iterator[Fix]:
    """Yield fixes of one path that do not contradict each other.

    A requirement with a constraint speaks for the same one without.
    """
    if (
        len({fix.kind == "link" for fix in fixes}) > 1
        or len([fix for fix in fixes if fix.kind == "link"]) > 1
    ):
        raise CannotEdit("findings ask for different links here")
    replaced: dict[tuple[int, str], str] = {}
    for fix in fixes:
        if fix.kind == "replace" and replaced.setdefault((fix.line, fix.old), fix.text) != fix.text:
            raise CannotEdit(f"findings ask for different texts in line {fix.line}")
    names: dict[str, list[Fix]] = {}
    for fix in fixes:
        if fix.kind == "append":
            names.setdefault(_name(fix.text), []).append(fix)
        else:
            yield fix
    for name, lines in names.items():
        texts = sorted({fix.text.strip() for fix in lines})
        constrained = [text for text in texts if _name(text) != normalised(text)] or texts
        if len(constrained) > 1:
            raise CannotEdit(f"findings ask for different versions of {name}: {', '.join(constrained)}")
        yield Fix("append", lines[0].path, constrained[0])


def _name(text: str) -> str:
    match = _NAME.match(text)
    return normalised(match[1]) if match else text


def _change(path: str, fixes: list[Fix], tree: SourceTree) -> list[Change]:
    if fixes[0].kind == "link":
        return _link(path, fixes[0].text, tree)
    entry = tree.entry(path)
    before = tree.content(entry) if entry else None
    after = before or b""
    for fix in fixes:
        after = (
            with_line(after, fix.text)
            if fix.kind == "append"
            else with_replacement(after, fix.line, fix.old, fix.text)
        )
    if after == before:
        return []
    mode = entry.mode if entry else REGULAR
    return [Change(path, mode, after, entry.mode if entry else None, before)]


def _link(path: str, target: str, tree: SourceTree) -> list[Change]:
    source = _linked(path, target, tree)
    change = Change(path, LINK, os.fsencode(target))
    if tree.is_folder(path):
        raise CannotEdit("a folder is already there")
    entry = tree.entry(path)
    if entry is None:
        return [change]
    before = tree.content(entry)
    if entry.is_link and before == change.after:
        return []
    dangling = entry.is_link and not isinstance(resolve(tree, path), Resolved)
    same = entry.is_file and source is not None and blob_id(before) == blob_id(source)
    if not dangling and not same:
        raise CannotEdit("something else is already there; compare the two, then remove it")
    return [Change(path, LINK, change.after, entry.mode, before)]


def _linked(path: str, target: str, tree: SourceTree) -> bytes | None:
    """Return the bytes that a link at `path` would show; None for a folder."""
    if not target or target.startswith("/"):
        raise CannotEdit("only a relative link works in another clone")
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    found = resolve(tree, aim) if not aim.startswith("../") and aim != ".." else None
    if not isinstance(found, Resolved) or found.path == path:
        raise CannotEdit(f"there is no {target} to link to")
    return tree.content(found.entry) if found.entry else None
