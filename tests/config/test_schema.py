from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from deployguard.config.faults import misshapen
from deployguard.config.schema import ROOT
from deployguard.config.shape import Either, Key, Many, Named, Shape, Table

NAMES = {"services": ("orders", "shop"), "trackers": ("orders",)}


def _keys(shape: Shape, at: str) -> Iterator[tuple[str, Key]]:
    match shape:
        case Table(keys=keys):
            for key in keys:
                path = f"{at}.{key.name}".lstrip(".")
                yield path, key
                yield from _keys(key.shape, path)
        case Named(of=of) | Many(of=of):
            yield from _keys(of, at)
        case Either(of=options):
            for option in options:
                yield from _keys(option, at)
        case _:
            pass


KEYS = dict(_keys(ROOT, ""))


@pytest.mark.parametrize("path", KEYS)
def test_what_the_page_shows_is_what_the_check_accepts(path: str) -> None:
    key = KEYS[path]
    assert key.about.endswith((".", "here."))
    for text in (key.example, key.default):
        if text:
            value = tomllib.loads(f"value = {text}")["value"]
            assert list(misshapen(key.shape, value, (), NAMES)) == []


@pytest.mark.parametrize("path", [path for path in KEYS if "." in path])
def test_every_key_below_the_top_has_an_example(path: str) -> None:
    assert KEYS[path].example


@pytest.mark.parametrize("table", ["project", "check", "services", "trackers", "health", "alerts", "notify"])
def test_the_tables_of_every_command_are_known(table: str) -> None:
    assert table in KEYS
