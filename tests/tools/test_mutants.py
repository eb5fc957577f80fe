"""The changes that `bin/mutate` tries: they are Python, and they leave alone what nobody runs."""

from __future__ import annotations

import ast

from tools.mutants import mutants_of

TEXT = '''"""A page."""

from typing import Any

Names = dict[str, int | None]


@cache
def first(names: Names, limit: int | None = None) -> int | Any:
    """Say the first."""
    try:
        names.sort()
    except (KeyError, ValueError):
        return -1
    if names and limit != 3:
        raise LookupError(f"{limit + 1}")
    match limit:
        case 1:
            return names | {"é"}
        case _:
            return [name for name in names if not name]
'''


def _found() -> set[tuple[str, str]]:
    return {(one.was, one.now) for one in mutants_of("a.py", TEXT)}


def test_every_mutant_is_another_module_that_parses() -> None:
    texts = [one.text for one in mutants_of("a.py", TEXT)]
    assert len(set(texts)) == len(texts)
    assert TEXT not in texts
    for text in texts:
        ast.parse(text)


def test_conditions_values_and_statements_are_changed() -> None:
    assert _found() >= {
        ("names and limit != 3", "True"),
        ("names and limit != 3", "False"),
        ("names and limit != 3", "(names)"),
        ("limit != 3", "(limit == 3)"),
        ("3", "4"),
        ("names.sort()", "pass"),
        ('raise LookupError(f"{limit + 1}")', "pass"),
        ("(KeyError, ValueError)", "(ValueError,)"),
        ('names | {"é"}', "(names)"),
        ('"é"', "'éXX'"),
        ("not name", "True"),
        ("1", "_ if False"),
    }


def test_what_only_people_and_type_checkers_read_stays() -> None:
    places = {was for was, _ in _found()}
    assert places.isdisjoint({"int | None", "int | Any", "dict[str, int | None]", "cache", '"""A page."""'})


def test_a_mutant_in_a_long_statement_knows_where_the_statement_starts() -> None:
    (mutant,) = [one for one in mutants_of("a.py", 'WORDS = {\n    "a",\n}\n') if one.was == '"a"']
    assert mutant.line == 2
    assert mutant.lines == {1, 2}
