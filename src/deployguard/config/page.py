"""The documentation of deployguard.toml, in Markdown, from the same tables that judge it."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.config.schema import ROOT
from deployguard.config.shape import ALWAYS, Choice, Either, Key, Many, Named, Shape, Table, words

_OPENING = """\
# deployguard.toml

One file at the root of the repository says what is deployed; every command reads it. `deployguard init` writes a
first one. The same tables may stand in `pyproject.toml`, below `[tool.deployguard]`. Without `--config FILE` the
file is read from the tree that is being checked (the work tree, the index, or a commit), so that an old commit is
judged by its own configuration.

All mistakes are reported at once, each with its line, its key, and the nearest valid name.
Paths are written from the root of the repository.
An editor can complete and check the file with `deployguard.schema.json`, which is part of the package.

This page is generated from the schema; `python -m tools.docs` writes it.
"""


def page() -> str:
    """Return the whole page."""
    sections = (section for key in ROOT.keys for section in _sections(key, key.name))
    return "\n".join((_OPENING, *sections))


def _sections(key: Key, path: str) -> Iterator[str]:
    table, title = _opened(key.shape, path)
    if table is None:
        return
    yield f"## `[{title}]`\n\n{key.about}\n\n{_listing(table)}"
    for below in table.keys:
        inner, _ = _opened(below.shape, below.name)
        if inner is not None:
            yield f"### `{below.name}` of `[{title}]`\n\n{_listing(inner)}"


def _opened(shape: Shape, path: str) -> tuple[Table | None, str]:
    """Find the table with known keys that a shape leads to, and how its header reads."""
    match shape:
        case Table():
            return shape, path
        case Named(of=of):
            return _opened(of, f"{path}.NAME")
        case Many(of=of):
            return _opened(of, path)
        case Either(of=options):
            tables = (option for option in options if isinstance(option, Table))
            return next(tables, None), path
        case _:
            return None, path


def _listing(table: Table) -> str:
    head = "| key | value | what it says | default | example |\n|---|---|---|---|---|\n"
    rows = "".join(_row(key) for key in table.keys)
    notes = "".join(f"\n{_rule(choice)}\n" for choice in table.choices)
    return head + rows + notes


def _row(key: Key) -> str:
    cells = (
        f"`{key.name}`",
        _value(key.shape),
        key.about + _duty(key),
        _code(key.default),
        _code(key.example),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _value(shape: Shape) -> str:
    if isinstance(shape, Table):
        return "a table, below"
    if isinstance(shape, Many) and isinstance(shape.of, Either):
        return "a list of paths, or of tables, below"
    return words(shape)


def _duty(key: Key) -> str:
    if key.required_for == ALWAYS:
        return " Required."
    needed = f" Required for {_kinds(key.required_for)}." if key.required_for else ""
    return needed or (f" Only for {_kinds(key.only_for)}." if key.only_for else "")


def _kinds(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"`{kind}`" for kind in kinds)


def _code(toml: str) -> str:
    return f"`{toml}`" if toml else ""


def _rule(choice: Choice) -> str:
    where = f"For kind `{choice.kind}`, exactly" if choice.kind else "Exactly"
    return f"{where} one of {_kinds(choice.keys)} is given."
