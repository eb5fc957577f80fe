"""Commands that a YAML file writes as a list of arguments, as the steps of Cloud Build do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

_ITEM = re.compile(r"""(?P<indent>\s*)-\s+(?P<quote>["']?)(?P<word>[^"']*?)(?P=quote)\s*(?:#.*)?""")
_ARGS = re.compile(r"\bargs:\s*\[(?P<words>[^\]]{0,4096})\]")
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'|([^\s,"']+)""")
_DEPLOYS = (("functions", "deploy"), ("run", "deploy"), ("jobs", "deploy"))


def listed_deploys(text: str) -> Iterator[tuple[str, int]]:
    """Yield `gcloud functions deploy ...`, or that of `run`, for each list of arguments that says so, as Cloud Build's steps do."""
    lists: list[tuple[list[str], int]] = [
        ([a or b or c for a, b, c in _QUOTED.findall(match["words"])], text.count("\n", 0, match.start()) + 1)
        for match in _ARGS.finditer(text)
    ]
    for words, number in (*lists, *_block_lists(text)):
        at = next((at for at, pair in enumerate(pairwise(words)) if pair in _DEPLOYS), None)
        if at is not None:
            before = ["run"] if words[at] == "jobs" else []
            yield f"gcloud {shlex.join(before + words[at:])}", number


def _block_lists(text: str) -> Iterator[tuple[list[str], int]]:
    words, indent, first = list[str](), "", 0
    for number, line in enumerate((*text.splitlines(), ""), 1):
        match = _ITEM.fullmatch(line)
        if match and (not words or match["indent"] == indent):
            words, indent, first = [*words, match["word"]], match["indent"], first or number
        else:
            if words:
                yield words, first
            words, indent, first = ([match["word"]], match["indent"], number) if match else ([], "", 0)
