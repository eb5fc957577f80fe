"""What a runtime's grammar accepts, where it differs from that of the Python which reads the file."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator

from deployguard.imports.facts import Fault
from deployguard.model.runtime import Runtime

HOST = Runtime(sys.version_info.major, sys.version_info.minor)
_NESTED_STRINGS = Runtime(3, 12)  # PEP 701: any expression inside an f-string


def fault_on(runtime: Runtime, content: bytes) -> Fault | None:
    """Return what an older runtime rejects in a file that this Python accepts; None when it accepts it too."""
    if runtime >= HOST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content, feature_version=(runtime.major, runtime.minor))
        return next(_nested_strings(content), None) if runtime < _NESTED_STRINGS <= HOST else None
    except SyntaxError as error:
        return Fault(error.msg or "invalid syntax", error.lineno or 0)
    except (ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None


def _nested_strings(content: bytes) -> Iterator[Fault]:
    """Yield what PEP 701 first allowed inside the braces of an f-string; only Python 3.12 and later tell its parts."""
    start, middle, end = (getattr(tokenize, f"FSTRING_{part}") for part in ("START", "MIDDLE", "END"))
    quotes: list[str] = []
    for token in tokenize.tokenize(io.BytesIO(content).readline):
        if token.type == start:
            quote = token.string.lstrip("fFrRbBuU")
            if quotes and _closes(quote, quotes):
                yield Fault("f-string: the quotes around it cannot be used inside it", token.start[0])
            quotes.append(quote)
        elif token.type == end:
            quotes.pop()
        elif quotes and token.type != middle:
            yield from _in_braces(token, quotes)


def _in_braces(token: tokenize.TokenInfo, quotes: list[str]) -> Iterator[Fault]:
    if token.type == tokenize.COMMENT:
        yield Fault("f-string expression part cannot include '#'", token.start[0])
    elif token.type == tokenize.NL and len(quotes[-1]) == 1:
        yield Fault("unterminated f-string literal", token.start[0])
    elif token.type == tokenize.STRING:
        quote = token.string.lstrip("fFrRbBuU")
        if "\\" in token.string:
            yield Fault("f-string expression part cannot include a backslash", token.start[0])
        elif _closes(quote[:3] if quote[:3] in {'"' * 3, "'" * 3} else quote[:1], quotes):
            yield Fault("f-string: the quotes around it cannot be used inside it", token.start[0])


def _closes(quote: str, around: list[str]) -> bool:
    """Tell whether a quote inside an f-string would end one around it, for a tokenizer that looks for it first."""
    return any(outer == quote or (len(outer) == 1 and quote.startswith(outer)) for outer in around)
