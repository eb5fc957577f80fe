"""Rules, for people who read about them and programs that list them."""

from __future__ import annotations

from collections.abc import Mapping

from deployguard.model.finding import RuleInfo, Severity

SCHEMA = 1


def rule_list(rules: Mapping[str, RuleInfo], severities: Mapping[str, Severity]) -> str:
    """Write a line a rule: code, severity, name, summary."""
    width = max(len(rule.name) for rule in rules.values())
    return "".join(
        f"{code}  {severities[code]:<7}  {rule.name:<{width}}  {rule.summary}\n"
        for code, rule in sorted(rules.items())
    )


def rule_pages(rules: Mapping[str, RuleInfo]) -> str:
    """Write the pages of rules, by code."""
    return "\n".join(f"{rule.page.strip()}\n" for _, rule in sorted(rules.items()))


def rules_as_json(rules: Mapping[str, RuleInfo], severities: Mapping[str, Severity]) -> str:
    """Write the rules with their pages for programs."""

    import json

    listed = [
        {
            "code": code,
            "rule": rule.name,
            "severity": severities[code].value,
            "summary": rule.summary,
            "page": rule.page,
        }
        for code, rule in sorted(rules.items())
    ]
    return json.dumps({"schema": SCHEMA, "rules": listed}, indent=2) + "\n"
