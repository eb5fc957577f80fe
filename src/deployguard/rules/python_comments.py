"""Comments and statements of Python text, by its own tokens: a string that looks like a comment is none."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence

from deployguard.rules.comments import Comment, Span, comments_in, statements_in

_BETWEEN = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}


def comments_and_statements(text: str, lines: Sequence[str]) -> tuple[list[Comment], list[Span]]:
    """Read tokens as far as they go; from where they fail, line by line as in any other file."""
    comments: list[Comment] = []
    statements: list[Span] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                comments.append(Comment(row, token.string, not token.line[:column].strip()))
            if token.type == tokenize.NEWLINE:
                statements.append((first or token.start[0], token.start[0]))
                first = 0
            elif not first and token.type not in _BETWEEN:
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        reached = statements[-1][1] if statements else 0
        rest = lines[reached:]
        comments = [each for each in comments if each.line <= reached]
        comments += comments_in(rest, reached + 1)
        statements += statements_in(rest, reached + 1)
    return comments, statements
