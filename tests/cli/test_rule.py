from __future__ import annotations

import pytest

from deployguard.rules.registry import rule_infos
from tests.cli.running import Shell


def test_a_rule_shows_its_page(shell: Shell) -> None:
    ran = shell("rule", "dg101")
    assert ran.code == 0
    assert ran.out.startswith("# DG101: missing-module\n")


def test_a_rule_answers_to_its_name(shell: Shell) -> None:
    assert shell("rule", "missing-module").out == shell("rule", "DG101").out


def test_without_a_code_every_rule_is_listed_in_a_line(shell: Shell) -> None:
    ran = shell("rule")
    assert [line.split()[0] for line in ran.out.splitlines()] == sorted(rule_infos())


def test_all_shows_every_page(shell: Shell) -> None:
    out = shell("rule", "--all").out
    assert all(f"# {code}: {rule.name}\n" in out for code, rule in rule_infos().items())


@pytest.mark.parametrize(
    ("word", "nearest"), [("missing-modul", "DG101"), ("DG10", "DG101"), ("nonsense", "`deployguard rule`")]
)
def test_an_unknown_rule_names_the_nearest(shell: Shell, word: str, nearest: str) -> None:
    ran = shell("rule", word)
    assert (ran.code, ran.out) == (2, "")
    assert nearest in ran.err


def test_programs_read_rules_as_json(shell: Shell) -> None:
    value = shell("rule", "DG201", "--output-format", "json").value
    assert value["schema"] == 1
    assert [(rule["code"], rule["severity"]) for rule in value["rules"]] == [("DG201", "error")]
