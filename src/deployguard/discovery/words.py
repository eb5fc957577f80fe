"""The words of a command, as a shell would split them."""

from __future__ import annotations

import re
import shlex

_MARKS = ";&|<>"
_COMMAND = re.compile(r"\$\((?=[^()]*\s)(?:[^()]|\([^()]*\))*\)|`[^`]*`")


def words_of(text: str) -> list[str]:
    """Split the words of one command from what follows it, or where its output goes; empty where its quotes do not close.

    What another command would print is `$?`, which nobody knows.
    """
    lexer = shlex.shlex(_COMMAND.sub("$?", text), posix=True, punctuation_chars=_MARKS)
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        for word in lexer:
            if not word or word.strip(_MARKS):
                words.append(word)
                continue
            is_numbered = word[0] in "<>" and words and words[-1].isdigit() and f"{words[-1]}{word}" in text
            return words[:-1] if is_numbered else words
    except ValueError:
        return []
    if words and words[-1].endswith(")") and "(" not in words[-1]:
        words[-1] = words[-1][:-1]
    return words
