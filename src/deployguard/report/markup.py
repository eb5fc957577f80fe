"""HTML that cannot be put together wrongly: text is escaped by its type, and every element is closed.

What is written is well-formed XML too, so that any XML reader can hold it to that.
"""

from __future__ import annotations

from html import escape
from typing import NewType

from deployguard.report.printable import printable

Html = NewType("Html", str)

NOTHING = Html("")
_VOID = frozenset({"br", "link", "meta"})


def text(value: str) -> Html:
    """Return a text as HTML that shows it; control characters and undecodable bytes show as escapes."""
    return Html(escape(printable(value)))


def element(name: str, /, *children: Html, **attributes: str) -> Html:
    """Return an element. `_` in the name of an attribute stands for `-`; a trailing one is dropped (`class_`)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(printable(value))}"'
        for key, value in attributes.items()
    )
    if name in _VOID:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*parts: Html) -> Html:
    """Return the parts one after the other."""
    return Html("".join(parts))


def lines(*parts: Html) -> Html:
    """Return the parts each on a line of its own, where HTML gives line breaks no meaning."""
    return Html("\n".join(part for part in parts if part))
