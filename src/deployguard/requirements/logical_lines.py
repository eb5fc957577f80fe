"""The logical lines of a requirements file, as pip joins and strips them (pip's req_file module)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")
# UTF-32 first: its little-endian mark starts with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text and, where the bytes do not fit their encoding, why (`""` otherwise).

    A byte order mark decides, then a PEP 263 comment in the first two lines, then UTF-8.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", ""))
    encoding = encoding or _declared_encoding(content)
    body = content[len(mark) :]
    try:
        return body.decode(encoding), ""
    except (LookupError, UnicodeError, ValueError) as error:
        return body.decode("utf-8", "replace"), f"not {encoding} text: {error}"


def _declared_encoding(content: bytes) -> str:
    for line in content.split(b"\n")[:2]:
        match = _CODING.search(line) if line.startswith(b"#") else None
        if match:
            return match[1].decode("ascii", "replace")
    return "utf-8"


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of the first physical line and the text: joined at backslashes, without comments."""
    for number, joined in _joined(text):
        line = _COMMENT.sub("", joined).strip()
        if line:
            yield number, line


def _joined(text: str) -> Iterator[tuple[int, str]]:
    first, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            first = first or number
            parts.append(line.strip("\\"))
            continue
        # A comment ends a continuation; the space keeps it a comment once joined.
        parts.append(f" {line}" if is_comment else line)
        yield first or number, "".join(parts)
        first, parts = 0, []
    if parts:
        yield first, "".join(parts)
