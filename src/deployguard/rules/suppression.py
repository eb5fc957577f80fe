"""Findings that somebody decided to live with: taken out, counted, and missed when they are gone.

Three ways, asked in this order: a comment beside the finding, the service's `ignore` list, the baseline. What could not
be judged is no finding, so nothing here can hide it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from deployguard.model.distribution import normalised
from deployguard.model.finding import Finding, RuleInfo, Severity
from deployguard.model.report import Found
from deployguard.model.service import Project
from deployguard.rules.baseline import Baseline, Known, baseline_path, known
from deployguard.rules.markers import Marker, markers_of
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

UNUSED = "DG001"
WITHOUT_REASON = "DG002"
REMARKS: Mapping[str, RuleInfo] = {
    UNUSED: RuleInfo(
        "unused-suppression",
        "A comment, an ignore list or the baseline suppresses something that is not there any more.",
        """# DG001: unused-suppression

## What it does

Reports a comment, an `ignore` list or an entry of the baseline that suppresses nothing any more. A comment is judged
only when every service was checked without a doubt and its rule ran.

## Why it is bad

A suppression that outlives its finding hides the next one of its kind.

## Example

`# deployguard: ignore[DG201] vendored` stays beside an import after the requirement was declared.

## How to fix

Remove what is reported; run `deployguard check --write-baseline` where it is the baseline.
""",
    ),
    WITHOUT_REASON: RuleInfo(
        "suppression-without-reason",
        "A comment suppresses a finding and does not say why.",
        """# DG002: suppression-without-reason

## What it does

Reports a comment that suppresses a finding and says nothing after the bracket.

## Why it is bad

Who meets the comment later cannot tell whether it may go.

## Example

`import yaml  # deployguard: ignore[DG201]`

## How to fix

Say it: `# deployguard: ignore[DG201] vendored in third_party/`.
""",
    ),
}
_CODE = re.compile(r"DG\d{0,3}")
_REPOSITORY = ""


class Scope(NamedTuple):
    """What the check judged: a suppression that nobody asked about cannot be called unused.

    `services` are those judged without a doubt; `whole` says that they are all of the project's, which a comment in a
    shared file needs. `codes` are the rules that ran, out of those `known`. `scanned` maps the real path of each file
    that was read to its bytes: only there is a comment that suppresses nothing reported.
    """

    services: frozenset[str]
    codes: frozenset[str]
    known: frozenset[str]
    whole: bool
    scanned: Mapping[str, bytes]


class Suppressed(NamedTuple):
    """What is left, how many findings were taken out, and what is to be said about the suppressions themselves."""

    kept: tuple[Found, ...]
    suppressed: int
    remarks: tuple[Finding, ...]


def suppress(
    found: Iterable[Found],
    tree: SourceTree,
    project: Project,
    scope: Scope,
    baseline: Baseline,
) -> Suppressed:
    """Take out what comments, `ignore` lists and the baseline suppress.

    What suppresses nothing any more is a `DG001`, a warning; a comment that gives no reason a `DG002`, an info.
    """
    ordered = sorted(found, key=lambda each: (each.service, *each.finding.sort_key, each.finding.message))
    ignores = {service.name: service.ignore for service in project.services}
    real = {path: _real(tree, path) for path in {each.finding.path for each in ordered}}
    markers = _markers(tree, scope.scanned, real.values())
    left = Counter(baseline)
    kept: list[Found] = []
    used: set[tuple[object, str]] = set()
    for each in ordered:
        comments = _by_comment(each.finding, markers.get(real[each.finding.path], ()))
        listed = [(each.service, one) for one in ignores.get(each.service, ()) if matches(one, each.finding)]
        used.update(comments, listed)
        if comments or listed:
            continue
        if left[known(each)]:
            left[known(each)] -= 1
            continue
        kept.append(each)
    judged = [one for path in sorted(scope.scanned) for one in markers.get(path, ())] if scope.whole else []
    remarks = (
        *_unused_comments(judged, used, scope),
        *_unused_patterns(project, used, scope),
        *_unused_entries(left, scope, baseline_path(project)),
        *_without_reason(used),
    )
    return Suppressed(tuple(kept), len(ordered) - len(kept), remarks)


def matches(pattern: str, finding: Finding) -> bool:
    """Tell whether `DG201`, a prefix such as `DG2`, or `DG201:pyyaml` speaks of a finding."""
    code, _, subject = (part.strip() for part in pattern.partition(":"))
    if not _CODE.fullmatch(code.upper()) or not finding.code.startswith(code.upper()):
        return False
    return not subject or _same(subject, finding)


def _same(subject: str, finding: Finding) -> bool:
    if finding.code.startswith("DG2"):  # distributions, whose names have many spellings (PEP 503)
        return normalised(subject) == normalised(finding.subject)
    return subject == finding.subject


def _real(tree: SourceTree, path: str) -> str:
    """Find the file whose lines a finding counts: through a link, that of its target."""
    resolved = resolve(tree, path)
    return resolved.path if isinstance(resolved, Resolved) else path


def _markers(
    tree: SourceTree, scanned: Mapping[str, bytes], paths: Iterable[str]
) -> dict[str, tuple[Marker, ...]]:
    entries = {path: tree.entry(path) for path in set(paths) - set(scanned)}
    blobs = {path: entry.blob for path, entry in entries.items() if entry is not None and entry.is_file}
    contents = tree.contents(blobs.values())
    texts = {path: contents[blob] or b"" for path, blob in blobs.items()} | dict(scanned)
    return {path: read for path, text in texts.items() if (read := markers_of(path, text))}


def _by_comment(finding: Finding, markers: tuple[Marker, ...]) -> list[tuple[object, str]]:
    return [
        (marker, pattern)
        for marker in markers
        if marker.first <= finding.line <= marker.last
        for pattern in marker.patterns
        if matches(pattern, finding)
    ]


def _unused_comments(
    markers: Iterable[Marker], used: set[tuple[object, str]], scope: Scope
) -> Iterator[Finding]:
    for marker in markers:
        if marker.example:
            continue
        if not marker.patterns:
            message = "this comment names no rule, so it suppresses nothing"
            advice = "name what it is to suppress: ignore[DG201]"
            yield Finding(UNUSED, Severity.WARNING, "", marker.path, marker.line, message, advice)
        for pattern in marker.patterns:
            if (marker, pattern) not in used and _was_asked(pattern, scope):
                yield _unused(pattern, marker.path, marker.line, f"ignore[{pattern}]", scope)


def _unused_patterns(project: Project, used: set[tuple[object, str]], scope: Scope) -> Iterator[Finding]:
    for service in project.services:
        for pattern in service.ignore if service.name in scope.services else ():
            if (service.name, pattern) not in used and _was_asked(pattern, scope):
                what = f"services.{service.name}.ignore: {pattern}"
                yield _unused(pattern, project.path, service.line, what, scope)


def _unused(pattern: str, path: str, line: int, what: str, scope: Scope) -> Finding:
    code = pattern.partition(":")[0].strip().upper()
    has_rule = _CODE.fullmatch(code) and any(each.startswith(code) for each in scope.known)
    why = "suppresses nothing any more" if has_rule else "suppresses nothing: no rule has this code"
    return Finding(UNUSED, Severity.WARNING, pattern, path, line, f"{what} {why}", "remove it")


def _unused_entries(left: Mapping[Known, int], scope: Scope, path: str) -> Iterator[Finding]:
    for entry in sorted(left):
        judged = entry.service in scope.services or (entry.service == _REPOSITORY and scope.whole)
        if left[entry] and judged and _was_asked(entry.code, scope):
            where = f" of {entry.service}" if entry.service else ""
            message = (
                f"{entry.code} {entry.subject} in {entry.path}{where} is mended, and still in the baseline"
            )
            advice = "run deployguard check --write-baseline"
            yield Finding(UNUSED, Severity.WARNING, entry.subject, path, 0, message, advice)


def _was_asked(pattern: str, scope: Scope) -> bool:
    code = pattern.partition(":")[0].strip().upper()
    return {each for each in scope.known if each.startswith(code)} <= scope.codes


def _without_reason(used: set[tuple[object, str]]) -> Iterator[Finding]:
    needed = {marker for marker, _ in used if isinstance(marker, Marker) and not marker.reason}
    for marker in sorted(needed):
        said = ", ".join(marker.patterns)
        message = f"ignore[{said}] gives no reason"
        advice = "say after it why the finding does not matter here"
        yield Finding(WITHOUT_REASON, Severity.INFO, said, marker.path, marker.line, message, advice)
