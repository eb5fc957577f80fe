"""JUnit XML as every reader takes it.

Readers differ in everything but this: a case holds one `failure` or one `error`, and only the first is shown. So all
that is wrong with a case stands in one element, a line each; what does not block, in `system-out`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deployguard.report.printable import printable


class Trouble(NamedTuple):
    """`tag` is `failure`, or `error` for what could not be told; `message` a few words, `lines` all there is to say."""

    tag: str
    message: str
    lines: tuple[str, ...]


class Case(NamedTuple):
    """One thing that was judged; `remarks` are shown and block nothing."""

    kind: str
    name: str
    trouble: Trouble | None = None
    remarks: tuple[str, ...] = ()


def junit_suite(name: str, cases: Sequence[Case]) -> str:
    """Write the cases in ASCII, other characters as references, so that the encoding cannot be mistaken."""
    tags = [each.trouble.tag for each in cases if each.trouble]
    counts = f'tests="{len(cases)}" failures="{tags.count("failure")}" errors="{tags.count("error")}"'
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="deployguard" {counts}>',
        f'  <testsuite name="{_escaped(name)}" {counts}>',
        *map(_case, cases),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"


def _case(case: Case) -> str:
    parts = []
    if case.trouble:
        tag, message, lines = case.trouble
        parts.append(f'<{tag} message="{_escaped(message)}" type="deployguard">{_text(lines)}</{tag}>')
    if case.remarks:
        parts.append(f"<system-out>{_text(case.remarks)}</system-out>")
    opening = f'    <testcase classname="deployguard.{_escaped(case.kind)}" name="{_escaped(case.name)}"'
    inside = "".join(f"\n      {part}" for part in parts)
    return f"{opening}>{inside}\n    </testcase>" if parts else f"{opening}/>"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(map(_escaped, lines))


def _escaped(text: str) -> str:
    """Escape for content and attributes; `printable` leaves only what XML 1.0, 2.2, allows."""
    shown = printable(text)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
