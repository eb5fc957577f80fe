"""Many files to what is kept of them, by as many processes as are worth their start."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from deployguard.imports.read import read_module, read_references
from deployguard.imports.thaw import frozen
from deployguard.source.beside import beside, processors, serve

_WORTH_A_PROCESS = 1 << 20  # bytes
_KINDS: Mapping[str, Callable[[bytes], str]] = {
    "facts": lambda content: frozen(read_module(content)),
    "references": lambda content: json.dumps(read_references(content)),
}


def read_all(
    kind: str, contents: Sequence[bytes], processes: int = 0, python: str = sys.executable
) -> list[str]:
    """Return the `facts` or `references` of each file, as JSON; of `processes` at most (0: one a processor)."""
    count = min(processes or processors(), sum(map(len, contents)) // _WORTH_A_PROCESS)
    if count <= 1:
        return read_some(kind, contents)
    own, *others = _shares(contents, count)
    with beside(__name__, [(kind, share) for share in others], python) as running:
        read = read_some(kind, own)
        for share, process in zip(others, running, strict=True):
            answered = process.answer() if process else None
            good = answered is not None and len(answered) == len(share)
            read += answered if answered is not None and good else read_some(kind, share)
    return read


def read_some(kind: str, contents: Sequence[bytes]) -> list[str]:
    """Read without the garbage collector: syntax trees are large, short-lived, and without cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return [_KINDS[kind](content) for content in contents]
    finally:
        if was_enabled:
            gc.enable()


def main() -> None:
    """Read what another process asks for."""
    serve(read_some)


def _shares(contents: Sequence[bytes], count: int) -> list[Sequence[bytes]]:
    """Cut into runs of about as many bytes each."""
    each = sum(map(len, contents)) / count
    shares: list[list[bytes]] = [[] for _ in range(count)]
    before = 0
    for content in contents:
        shares[min(int(before / each), count - 1)].append(content)
        before += len(content)
    return list(shares)
