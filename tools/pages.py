"""Pages of the documentation that the registry of rules and the parsers of the verbs give."""

from __future__ import annotations

from deployguard.cli.parsers import Option, options_of
from deployguard.cli.verbs import VERBS
from deployguard.rules.registry import rule_infos, severities

_WRITTEN = "This page is generated; `python -m tools.docs` writes it."
_RULES = f"""\
# Rules

Each rule has one number, for its code, its test and its page; `deployguard rule CODE` shows the page. An error blocks, a
warning blocks with `--strict`, an info is shown. The severity here is the highest that a finding of the rule can have.

{_WRITTEN}

| code | name | severity | what it does |
|---|---|---|---|
"""
_COMMANDS = f"""\
# Commands

Exit codes, everywhere: 0 clean; 1 findings, or "no" for an answer; 2 cannot tell, bad usage, bad configuration, or a
bug; 130 interrupted. Data goes to standard output, progress and summaries to standard error. `-C DIR` and
`--config FILE` may stand before the command as well.

{_WRITTEN}
"""


def rule_pages() -> dict[str, str]:
    """Return the page of each rule, and the list of them, by path."""
    rules, weights = rule_infos(), severities()
    rows = "".join(
        f"| [{code}]({code}.md) | {rule.name} | {weights[code]} | {_cell(rule.summary)} |\n"
        for code, rule in sorted(rules.items())
    )
    pages = {f"docs/rules/{code}.md": rule.page.strip() + "\n" for code, rule in rules.items()}
    return {"docs/rules/README.md": _RULES + rows, **pages}


def commands_page() -> str:
    return "\n".join((_COMMANDS, *(_command(verb) for verb in VERBS)))


def _command(verb: str) -> str:
    told = VERBS[verb]
    options = options_of(verb)
    words = " ".join(_usage(option) for option in options if not option.flags)
    rows = "".join(f"| `{_cell(_named(option))}` | {_cell(option.about)} |\n" for option in options)
    return (
        f"## `{' '.join(['deployguard', verb, words]).strip()}`\n\n"
        f"{told.does[0].upper()}{told.does[1:]}.\n\n"
        f"```sh\n{told.example}\n```\n\n"
        f"| option | what it does |\n|---|---|\n{rows}"
    )


def _usage(option: Option) -> str:
    return f"{option.takes}..." if option.many else option.takes


def _named(option: Option) -> str:
    return " ".join((", ".join(option.flags), option.takes)).strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
