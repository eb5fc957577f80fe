"""Judging alert policies that a test writes down."""

from __future__ import annotations

from deployguard.alerts.files import read_policy
from deployguard.alerts.wanted import configured_policies
from deployguard.config.load import parse_project
from deployguard.model.finding import Finding
from deployguard.rules.rule import AlertFacts, AlertRule

SERVICES = """\
[services.orders]
kind = "function"
source = "functions/orders"
[services.web]
kind = "run"
dockerfile = "web/Dockerfile"
"""


def judged(rule: AlertRule, table: str = "", *files: str, services: str = SERVICES) -> list[Finding]:
    """Judge the alert `a` with this table, if any, and policy files of these texts."""
    text = services + (f"[alerts.a]\n{table}\n" if table else "")
    project = parse_project(text, "deployguard.toml")
    read = [read_policy(f"{number}.yaml", file.encode()) for number, file in enumerate(files)]
    return list(rule.judge(AlertFacts(project, (*configured_policies(project), *read))))


def log_file(text: str, strategy: str = "{notificationRateLimit: {period: 1800s}}") -> str:
    """Write a policy with a log-match condition."""
    return (
        f"displayName: x\ncombiner: OR\nalertStrategy: {strategy}\nconditions:\n- displayName: y\n"
        f"  conditionMatchedLog:\n    filter: '{text}'\n"
    )


def metric_file(text: str, more: str = "") -> str:
    """Write a policy with a condition on a metric."""
    return (
        f"displayName: x\ncombiner: OR\nconditions:\n- displayName: y\n  conditionThreshold:\n"
        f"    comparison: COMPARISON_GT\n    duration: 60s\n    filter: '{text}'\n{more}"
    )
