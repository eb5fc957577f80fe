"""What every page for people is made of: one file that asks for nothing else, and runs no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from deployguard.report.ages import age, moment
from deployguard.report.markup import NOTHING, Html, element, lines, text
from deployguard.report.style import STYLE


class Tone(StrEnum):
    """How a thing stands; each has a sign of its own, so that nothing is said by colour alone."""

    BAD = "bad"
    WARN = "warn"
    DOUBT = "doubt"
    GOOD = "good"
    QUIET = "quiet"


_SHORT = 10
_SIGNS = {Tone.BAD: "✕", Tone.WARN: "!", Tone.DOUBT: "?", Tone.GOOD: "✓", Tone.QUIET: "•"}


def page(title: str, over: str, head: Html, *body: Html) -> str:
    """Return a whole page. `title` is what it comes to in a sentence, `over` the command that it is from.

    `head` stands below the title. The page may load nothing, from anywhere (Content-Security-Policy level 3).
    """
    top = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy()),
        element("link", rel="icon", href="data:,"),  # or a browser asks the server for one
        element("title", text(f"{title} - {over}")),
        Html(f"<style>{STYLE}</style>"),
    )
    header = element("header", element("p", text(over), class_="over"), element("h1", text(title)), head)
    whole = element("body", lines(header, element("main", lines(*body))))
    return f"<!doctype html>\n{element('html', lines(top, whole), lang='en')}\n"


def badge(word: str, tone: Tone) -> Html:
    """Return a word that says how something stands."""
    return element(
        "span", element("span", text(_SIGNS[tone]), aria_hidden="true"), text(word), class_=f"badge {tone}"
    )


def chips(badges: Iterable[Html]) -> Html:
    """Return badges in a row; nothing for none."""
    items = [element("li", each) for each in badges]
    return element("ul", *items, class_="chips") if items else NOTHING


def table(
    caption: str, heads: tuple[str, ...], rows: Iterable[tuple[Html, ...]], said: tuple[str, ...] = ()
) -> Html:
    """Return a table whose first column names the row. On a phone each row is a card without heads.

    `said` are those heads without which a cell of a card would not be understood. `caption` is for those who hear
    the page. Roles are told, because some browsers forget them with the layout.
    """
    first = element("tr", *(element("th", text(head), scope="col") for head in heads))
    body = lines(*(_row(heads, row, said) for row in rows))
    return element(
        "table",
        element("caption", text(caption)),
        element("thead", first),
        element("tbody", body, role="rowgroup"),
        role="table",
    )


def _row(heads: tuple[str, ...], cells: tuple[Html, ...], said: tuple[str, ...]) -> Html:
    name, *rest = cells
    return element(
        "tr",
        element("th", name, scope="row", role="rowheader"),
        *(_cell(head if head in said else "", cell) for head, cell in zip(heads[1:], rest, strict=True)),
        role="row",
    )


def _cell(label: str, cell: Html) -> Html:
    return element("td", cell, role="cell", **({"data_label": label} if label and cell else {}))


def section(heading: str, *children: Html) -> Html:
    """Return a part of the page under a heading of the second level."""
    return element("section", lines(element("h2", text(heading)), *children))


def note(heading: str, sentences: Iterable[str], tone: Tone) -> Html:
    """Return a list of remarks that stands out; nothing for none."""
    items = [element("li", text(each)) for each in sentences]
    if not items:
        return NOTHING
    return element("section", element("h2", text(heading)), element("ul", *items), class_=f"note {tone}")


def card(*children: Html, id_: str = "") -> Html:
    """Return an article on a ground of its own; `id_` is what a link leads to."""
    about = {"id": id_} if id_ else {}
    return element("article", lines(*children), class_="card", **about)


def sheet(content: Html) -> Html:
    """Return a table on a ground of its own."""
    return element("div", content, class_="card sheet")


def commands(texts: Iterable[str]) -> Html:
    """Return commands, one a line, that one click selects; nothing for none."""
    listed = [code(each) for each in texts]
    return element("pre", *listed) if listed else NOTHING


def many(pairs: Iterable[tuple[Html, Html]]) -> Html:
    """Return short things in as many columns as fit, each with a remark at its end."""
    return element(
        "ul", *(element("li", element("span", one), remark) for one, remark in pairs), class_="many"
    )


def code(value: str) -> Html:
    """Return a word of a machine."""
    return element("code", text(value))


def sha(value: str) -> Html:
    """Return the beginning of a commit id, on one line."""
    return element("code", text(value[:_SHORT]), class_="sha")


def ago(then: datetime, now: datetime) -> Html:
    """Return how long before `now` it was; both are timezone-aware."""
    return element(
        "time", text(age(then, now)), datetime=then.isoformat(timespec="seconds"), title=moment(then)
    )


def soft(*children: Html) -> Html:
    """Return a remark in a lower voice."""
    return element("span", *children, class_="soft")


def link(value: str, to: str) -> Html:
    """Return a link to an `id` of this page."""
    return element("a", text(value), href=f"#{to}")


def _policy() -> str:
    digest = b64encode(sha256(STYLE.encode()).digest()).decode("ascii")
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"
