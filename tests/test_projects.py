"""Every sample project gives exactly the findings it says, from the work tree, the index and the commit."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from deployguard.config.load import load_project
from deployguard.model.report import Report
from deployguard.rules.check import Request, check
from deployguard.rules.registry import chosen
from deployguard.source.commit import commit_tree
from deployguard.source.git import Repository, open_repository
from deployguard.source.index import index_tree
from deployguard.source.tree import SourceTree
from deployguard.source.work import work_tree
from tests.repositories import make_repository, sample_files

PROJECTS = Path(__file__).parent / "projects"
CASES = sorted(path.parent.name for path in PROJECTS.glob("*/expected.toml"))


@pytest.mark.parametrize("case", CASES)
def test_a_sample_project_gives_exactly_its_findings(case: str, tmp_path: Path) -> None:
    expected = tomllib.loads((PROJECTS / case / "expected.toml").read_text())
    text = (PROJECTS / case / "repository.txt").read_text()
    repository = open_repository(make_repository(tmp_path / "r", list(sample_files(text))))
    wanted = {service: sorted(findings) for service, findings in expected["findings"].items()}
    trees = {"worktree": work_tree(repository), "index": index_tree(repository), "commit": _head(repository)}
    for kind, tree in trees.items():
        own = expected.get(kind, {})
        assert _found(tree) == wanted | {service: sorted(findings) for service, findings in own.items()}, kind


def test_every_sample_project_says_why_it_exists() -> None:
    for case in CASES:
        expected = tomllib.loads((PROJECTS / case / "expected.toml").read_text())
        assert expected["why"].strip(), case


def _head(repository: Repository) -> SourceTree:
    return commit_tree(repository, "HEAD")


def _found(tree: SourceTree) -> dict[str, list[str]]:
    project = load_project(tree, None)
    report: Report = check(tree, project, Request((), chosen((), ())), {})
    found = {
        service.name: sorted(f"{one.code} {one.subject} {one.severity}" for one in service.findings)
        for service in report.services
    }
    for service in report.services:
        found[service.name] += [f"unknown {reason}" for reason in service.unknown]
    whole = sorted(f"{one.code} {one.subject} {one.severity}" for one in report.repository)
    return found | ({"repository": whole} if whole else {})
