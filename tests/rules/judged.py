"""Running one rule over a made-up tree."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from deployguard.model.finding import Finding
from deployguard.model.service import Project
from deployguard.rules.rule import RepositoryFacts, RepositoryRule
from tests.trees import tree_of


def findings(rule: RepositoryRule, files: Mapping[str, str]) -> list[Finding]:
    """Return what the rule says of files whose text may be indented."""
    tree = tree_of({path: dedent(text) for path, text in files.items()})
    return sorted(rule.judge(RepositoryFacts(tree, Project("", ()))), key=lambda finding: finding.sort_key)


def said(rule: RepositoryRule, path: str, text: str) -> list[tuple[int, str]]:
    """Return line and subject of each finding in one file."""
    return [(finding.line, finding.subject) for finding in findings(rule, {path: text})]
