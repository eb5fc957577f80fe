"""Check and smoke agree on every sample project: what fails at start-up, check has said before.

Nothing is installed: every module that check takes for installed is provided as a stand-in, and nothing else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from deployguard.artifact.contents import contents_of
from deployguard.artifact.write import write_artifact
from deployguard.config.load import load_project
from deployguard.imports.grammar import HOST
from deployguard.model.artifact import Artifact
from deployguard.model.finding import Finding, Severity
from deployguard.model.service import Service
from deployguard.rules.check import Request, check
from deployguard.rules.gathering import Gathering
from deployguard.rules.registry import chosen
from deployguard.rules.rule import ServiceFacts
from deployguard.runtime.environment import Environment
from deployguard.smoke.service import launch_doubt
from deployguard.smoke.verdict import Broken, CannotTell, Fine, Verdict
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from deployguard.source.tree import SourceTree
from tests.repositories import make_repository, sample_files
from tests.smoke.stage import Stage

pytestmark = pytest.mark.slow

PROJECTS = Path(__file__).parent.parent / "projects"
CASES = sorted(path.parent.name for path in PROJECTS.glob("*/expected.toml"))
MODULES = {"DG101", "DG103", "DG105", "DG201"}
NAMES = {"DG113"}
OTHERWISE = {"DG110", "DG111", "DG112", "DG116"}
# A data file may be opened later, a file with a syntax error imported by nobody; what no builder accepts is not built here.
LATER = {"DG110", "DG112", "DG116"}
# Check only warns: what a base image brings is not known. And a stand-in for google-auth imports nothing itself.
NOT_COMPARED = {"image-base-of-its-own", "image-lists-nothing", "extra-of-a-requirement"}
# A stand-in is there for whatever an unknown requirement may bring, is true where six asks whether this is Python 2, and
# ends a star's imports at the first that fails. A name declared global counts as bound, whether the function runs or not;
# a name of a module in a table is no module.
NOT_COMPARED |= {"missing-beside-main", "python-2-leftovers", "star-of-a-package"}
NOT_COMPARED |= {"names-of-inner-scopes", "table-of-modules"}
# A stand-in for Django imports nothing by a text; one is there for a project whose folder stayed behind, too.
NOT_COMPARED |= {"django-by-text", "local-requirement-of-a-stage", "workspace-member"}
# A star import from a stand-in brings nothing.
FROM_A_STAR = {"outside.whatever"}


@pytest.mark.parametrize("case", [case for case in CASES if case not in NOT_COMPARED])
def test_what_fails_at_start_up_is_what_check_said(
    case: str, environment: Environment, tmp_path: Path
) -> None:
    text = (PROJECTS / case / "repository.txt").read_text()
    repository = open_repository(make_repository(tmp_path / "r", list(sample_files(text))))
    tree = commit_tree(repository, "HEAD")
    project = load_project(tree, None)
    gathering = Gathering(tree, project)
    report = check(tree, project, Request((), chosen((), ())), {})
    for service, judged in zip(sorted(project.services, key=_name), report.services, strict=True):
        artifact = gathering.artifact(service.name)
        other_python = case == "stdlib-names" and artifact.runtime != HOST
        if launch_doubt(artifact) is not None or other_python:
            continue
        stage = Stage(environment, tmp_path / service.name)
        verdict = tried(stage, tree, gathering, service)
        compare(verdict, judged.findings)


def _name(service: Service) -> str:
    return service.name


def tried(stage: Stage, tree: SourceTree, gathering: Gathering, service: Service) -> Verdict:
    artifact = gathering.artifact(service.name)
    stage.root.rmdir()
    write_artifact(contents_of(tree, artifact), stage.root)
    stage.root.mkdir(exist_ok=True)
    provided = set(modules_taken_for_installed(gathering.facts(service), tree, artifact))
    return stage.judged(artifact.launch, service, provided, 20)


def modules_taken_for_installed(facts: ServiceFacts, tree: SourceTree, artifact: Artifact) -> Iterator[str]:
    """Yield what an import statement of the artifact names, with its parents, where check does not deny it."""
    needs = [need.replace("-", "_") for need in artifact.launch.needs]
    blobs = [file.blob for path, file in artifact.files.items() if path.endswith(".py")]
    sources = [tree.contents([blob])[blob] or b"" for blob in blobs]
    for module in ("functions_framework", *needs, *(name for source in sources for name in imported(source))):
        if facts.installed.provides(module) is not False:
            parts = module.split(".")
            above = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
            spaces = facts.installed.environment.is_namespace
            yield from (f"{name}." if spaces(name) else name for name in above)


def imported(source: bytes) -> Iterator[str]:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def compare(verdict: Verdict, findings: Sequence[Finding]) -> None:
    """Smoke names nothing that check did not, and nothing that check calls an error at start-up is fine."""
    found = [one for one in findings if one.code in MODULES | NAMES | OTHERWISE]
    said = {name for one in findings if one in found or one.code == "DG102" for name in named(one)}
    match verdict:
        case Fine():
            assert not [one for one in found if at_start(one) and one.code not in LATER]
        case Broken(missing, message) if missing:
            smoked = {one.name for one in missing} - FROM_A_STAR
            assert {one for one in smoked if not covered(one, said)} == set(), message
            expected = [one for one in found if at_start(one) and named(one) and not behind(one, smoked)]
            assert [one for one in expected if not any(covered(name, smoked) for name in named(one))] == []
        case Broken(message=message):
            assert [one for one in found if one.code in OTHERWISE], message
        case CannotTell(_, message):
            pytest.fail(message)


def named(one: Finding) -> set[str]:
    """What an import of the missing would say: a subject may be a distribution, or the file that would hold it."""
    if one.code in OTHERWISE or (one.code in {"DG103", "DG105"} and not one.subject.endswith(".py")):
        return set()
    if one.code == "DG201":
        return {one.subject, one.message.partition(" ")[0]}
    inside = re.sub(r"^(?:functions|services)/[^/]+/|(/__init__)?\.py$", "", one.subject)
    return {inside.replace("/", ".")}


def at_start(one: Finding) -> bool:
    return one.severity is Severity.ERROR and all(step.context == "module" for step in one.chain)


def covered(name: str, names: Iterable[str]) -> bool:
    """A package that is missing is missing with all that is in it, and the other way round."""
    return any(f"{name}.".startswith(f"{one}.") or f"{one}.".startswith(f"{name}.") for one in names)


def behind(one: Finding, smoked: set[str]) -> bool:
    """Check reads on in a module that does not arrive, since the repository has it; an import cannot."""
    return any(covered(step.imports, smoked) for step in one.chain)
