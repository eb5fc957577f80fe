"""Comments that suppress findings, and the lines that each of them speaks for.

`# deployguard: ignore[DG201] reason` speaks for the whole statement, instruction or continued line it stands in; alone
on its line, for the one that follows (a Dockerfile knows no other kind of comment). Markdown has
`<!-- deployguard: ignore[DG201] reason -->`, which alone on its line speaks for the whole code block that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deployguard.rules.comments import Comment, Span, comments_in, statements_in

_MARKER = re.compile(r"#\s*deployguard:\s*ignore\b(?:\[([^\]]*)\])?[\s:,-]*(.*?)(?:\s#\s.*)?$")
_HTML_MARKER = re.compile(r"<!--\s*deployguard:\s*ignore\b(?:\[([^\]]*)\])?[\s:,-]*(.*?)\s*-->")
_FENCE = re.compile(r"\s*(```|~~~)")


class Marker(NamedTuple):
    """One comment: where it stands, the lines `first` to `last` it speaks for, and what it ignores.

    `example` marks one that may only show how a marker is written (in a code block of Markdown): it is honoured, and
    nothing is said when it suppresses nothing.
    """

    path: str
    line: int
    first: int
    last: int
    patterns: tuple[str, ...]
    reason: str
    example: bool = False


def markers_of(path: str, content: bytes) -> tuple[Marker, ...]:
    """Find the markers of a file; any bytes will do."""
    if b"deployguard:" not in content:
        return ()
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if path.endswith((".md", ".markdown")):
        return tuple(_in_markdown(path, lines))
    if path.endswith((".py", ".pyi")):
        from deployguard.rules.python_comments import comments_and_statements

        return tuple(_placed(path, *comments_and_statements(text, lines)))
    return tuple(_placed(path, comments_in(lines), statements_in(lines)))


def _placed(
    path: str, comments: Sequence[Comment], statements: Sequence[Span], *, example: bool = False
) -> Iterator[Marker]:
    for comment in comments:
        match = _MARKER.search(comment.text)
        if match:
            first, last = _spoken_for(comment, statements)
            patterns, reason = _read(match)
            yield Marker(path, comment.line, first, last, patterns, reason, example)


def _spoken_for(comment: Comment, statements: Sequence[Span]) -> Span:
    for first, last in statements:
        if first <= comment.line <= last or (comment.alone and comment.line < first):
            return first, last
    return comment.line, comment.line


def _read(match: re.Match[str]) -> tuple[tuple[str, ...], str]:
    patterns = tuple(each.strip() for each in (match[1] or "").split(",") if each.strip())
    return patterns, match[2].strip()


def _in_markdown(path: str, lines: Sequence[str]) -> Iterator[Marker]:
    blocks = _blocks(lines)
    inside = {number for first, last in blocks for number in range(first, last + 1)}
    for first, last in blocks:
        block = lines[first:last]
        comments, statements = comments_in(block, first + 1), statements_in(block, first + 1)
        yield from _placed(path, comments, statements, example=True)
    for number, line in enumerate(lines, start=1):
        match = _HTML_MARKER.search(line)
        if match and number not in inside and line.count("`", 0, match.start()) % 2 == 0:
            alone = match[0] == line.strip()
            span = _next_block(number, lines, blocks) if alone else (number, number)
            yield Marker(path, number, *span, *_read(match))


def _next_block(number: int, lines: Sequence[str], blocks: Sequence[Span]) -> Span:
    following = next((at for at in range(number + 1, len(lines) + 1) if lines[at - 1].strip()), number)
    return next((block for block in blocks if block[0] == following), (following, following))


def _blocks(lines: Sequence[str]) -> list[Span]:
    """Find fenced code blocks, fences included (CommonMark, 4.5); one that never closes runs to the end."""
    spans: list[Span] = []
    opened, fence = 0, ""
    for number, line in enumerate(lines, start=1):
        match = _FENCE.match(line)
        if match and not opened:
            opened, fence = number, match[1]
        elif match and match[1] == fence:
            spans.append((opened, number))
            opened = 0
    return [*spans, (opened, len(lines))] if opened else spans
