"""What deploy scripts say of the Google Cloud project: the most frequent word wins."""

from __future__ import annotations

import re
from collections import Counter

from deployguard.config.forms import REGION
from deployguard.discovery.deploys import Deploy, deploys_of
from deployguard.discovery.write import ProjectFacts
from deployguard.source.tree import SourceTree

_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")  # Resource Manager, "Creating and managing projects"


def project_facts(tree: SourceTree, branch: str) -> ProjectFacts:
    """Read project and region from the flags of literal deploy commands; empty where none says it."""
    deploys = tuple(deploys_of(tree))
    return ProjectFacts(
        _most(deploys, "project", _PROJECT), _most(deploys, "region", re.compile(REGION.pattern)), branch
    )


def _most(deploys: tuple[Deploy, ...], flag: str, form: re.Pattern[str]) -> str:
    given = Counter(value for deploy in deploys if form.fullmatch(value := deploy.flag(flag)))
    return given.most_common(1)[0][0] if given else ""
