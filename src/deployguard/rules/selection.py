"""Which rules are judged: the command line's words first, then those of `[check]`."""

from __future__ import annotations

from deployguard.model.errors import ConfigurationError, UsageError
from deployguard.model.service import Project
from deployguard.rules.registry import chosen, rule_infos


def selected(project: Project, select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
    """Return the codes to judge; `select` and `ignore` of the configuration hold where none are given.

    Raises:
        UsageError: a given prefix fits no rule; the nearest one is named.
        ConfigurationError: so does one of the configuration.
    """
    for prefix in (*select, *ignore):
        if not _fits(prefix):
            raise UsageError(f"{prefix}: no rule has this code, or one that begins so; {_nearest(prefix)}")
    configured = {key: _configured(project, key) for key in ("select", "ignore")}
    wrong = [
        f"{project.path}: check.{key}: {prefix}: no rule has this code, or one that begins so; {_nearest(prefix)}"
        for key, prefixes in configured.items()
        for prefix in prefixes
        if not _fits(prefix)
    ]
    if wrong:
        raise ConfigurationError(wrong)
    return chosen(select or configured["select"], ignore or configured["ignore"])


def rule_called(word: str) -> str:
    """Return the code of the rule of this code or name.

    Raises:
        UsageError: there is none; the nearest one is named.
    """
    rules = rule_infos()
    named = {rule.name: code for code, rule in rules.items()}
    code = named.get(word.lower(), word.upper())
    if code not in rules:
        raise UsageError(f"{word}: no such rule; {_nearest(word)}")
    return code


def _fits(prefix: str) -> bool:
    return any(code.startswith(prefix) for code in rule_infos())


def _configured(project: Project, key: str) -> tuple[str, ...]:
    return tuple(map(str, project.table("check").get(key, ())))


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    rules = rule_infos()
    names = {rule.name: code for code, rule in rules.items()}
    begun = [code for code in sorted(rules) if code.startswith(word.upper())]
    close = begun or get_close_matches(word.lower(), [*names, *(code.lower() for code in rules)], 1, 0.5)
    if not close:
        return "`deployguard rule` lists them all"
    code = names.get(close[0], close[0].upper())
    return f"did you mean {code} ({rules[code].name})?"
