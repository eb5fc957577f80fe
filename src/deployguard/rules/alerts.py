"""The check of alert policies alone: judge them, put aside what is suppressed."""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.model.finding import Finding
from deployguard.model.report import Found, Report
from deployguard.rules.baseline import Baseline
from deployguard.rules.registry import ALERT_RULES, rule_infos
from deployguard.rules.rule import AlertFacts
from deployguard.rules.suppression import Scope, suppress
from deployguard.source.tree import SourceTree


def alert_findings(facts: AlertFacts, codes: frozenset[str]) -> Iterator[Finding]:
    """Judge policies by the rules of these codes."""
    for rule in ALERT_RULES:
        if rule.code in codes:
            yield from rule.judge(facts)


def check_alerts(tree: SourceTree, facts: AlertFacts, codes: frozenset[str], baseline: Baseline) -> Report:
    """Report what is wrong with alert policies; those that could not be read are what cannot be told.

    Comments beside a finding and the baseline suppress; that one suppresses nothing is said by `deployguard check`.
    """
    scope = Scope(frozenset(), codes, frozenset(rule_infos()), False, {})
    found = [Found("", finding) for finding in alert_findings(facts, codes)]
    left = suppress(found, tree, facts.project, scope, baseline)
    return Report(
        tree.kind,
        tree.sha,
        repository=tuple(one.finding for one in left.kept),
        suppressed=left.suppressed,
        unknown=tuple(f"{one.path}: {one.unknown}" for one in facts.policies if one.unknown),
    )
