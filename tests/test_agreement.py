"""Rules, commands, their documentation and the hooks speak of the same things: none forgets another."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from deployguard.cli.parsers import options_of, parser_of
from deployguard.cli.verbs import VERBS
from deployguard.rules import registry
from deployguard.rules.registry import ALL_RULES, rule_infos, severities

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ("## What it does", "## Why it is bad", "## Example", "## How to fix")
RULES = rule_infos()
_CODE = re.compile(r"\bDG\d{3}\b")
_COMMAND = re.compile(r"^\s*(?:\$ )?(deployguard(?: .*)?)$", re.MULTILINE)
_FENCE = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HOOK = re.compile(r"^- id: (\S+)$", re.MULTILINE)
_OF_ITS_OWN = {"demo"}  # reads no repository but its own
_ENTRY = re.compile(r"^\s+entry: (.+)$", re.MULTILINE)


def read(path: str) -> str:
    at = ROOT / path
    return at.read_text(encoding="utf-8") if at.exists() else ""


def pages_for_people() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page_with_all_sections(code: str) -> None:
    page = RULES[code].page
    assert page.startswith(f"# {code}: {RULES[code].name}\n")
    places = [page.find(section) for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)
    assert RULES[code].summary.endswith(".")
    assert RULES[code].summary.count("`") % 2 == 0


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_documented(code: str) -> None:
    assert read(f"docs/rules/{code}.md").strip() == RULES[code].page.strip()
    assert f"[{code}]({code}.md) | {RULES[code].name} | {severities()[code]} |" in read(
        "docs/rules/README.md"
    )


def test_no_page_outlives_its_rule() -> None:
    assert {path.stem for path in (ROOT / "docs/rules").glob("DG*.md")} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_tested(code: str) -> None:
    own = Path(__file__)
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != own]
    samples = (ROOT / "tests/projects").glob("*/expected.toml")
    named = any(path.name.startswith(f"test_{code.lower()}") for path in tests)
    assert named or any(code in path.read_text(encoding="utf-8") for path in (*tests, *samples))


def test_a_rule_stands_in_the_module_of_its_number() -> None:
    modules = {path.stem for path in Path(registry.__file__).parent.glob("dg*.py")}
    assert modules == {f"{rule.code.lower()}_{rule.name.replace('-', '_')}" for rule in ALL_RULES}


def test_numbers_and_names_are_given_once() -> None:
    assert len({rule.code for rule in ALL_RULES}) == len(ALL_RULES)
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_documented_and_its_example_parses(verb: str) -> None:
    assert f"## `deployguard {verb}" in read("docs/commands.md")
    program, own, *words = shlex.split(VERBS[verb].example)
    assert (program, own) == ("deployguard", verb)
    assert callable(parser_of(verb).parse_intermixed_args(words).run)


def test_the_readme_has_every_verb_in_its_table() -> None:
    rows = re.findall(r"^\| (`deployguard .*?) \|", read("README.md"), re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`(?:deployguard )?(\w+)`", row)}
    assert named == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_says_what_it_does(verb: str) -> None:
    options = options_of(verb)
    assert [option for option in options if not option.about] == []
    assert verb in _OF_ITS_OWN or {"-C", "--config"} <= {flag for option in options for flag in option.flags}


@pytest.mark.parametrize("page", pages_for_people(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_name_rules_that_exist_and_commands_that_parse(page: Path) -> None:
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    assert set(_CODE.findall(text)) <= set(RULES)
    for block in _FENCE.findall(text):
        for command in _COMMAND.findall(block):
            _parse(command)


def test_hooks_run_commands_that_parse() -> None:
    manifest = read(".pre-commit-hooks.yaml")
    assert len(_HOOK.findall(manifest)) == len(set(_HOOK.findall(manifest)))
    for entry in _ENTRY.findall(manifest):
        _parse(entry)
        for prefix in re.findall(r"DG\d{1,3}", entry):
            assert any(code.startswith(prefix) for code in RULES), entry


def _parse(command: str) -> None:
    """Fail where a command that is shown to people would be refused."""
    words = shlex.split(re.split(r"\s(?:[|;&<>]|2>)", command)[0], comments=True)[1:]
    while words and words[0] in {"-C", "--config"}:
        words = words[2:]
    if words and not words[0].startswith("-") and words[0].isalpha():
        assert words[0] in VERBS, command
        assert _is_accepted(words), command


def _is_accepted(words: list[str]) -> bool:
    try:
        parser_of(words[0]).parse_intermixed_args(words[1:])
    except SystemExit as end:
        return not end.code
    return True
