"""What `check --resolve` says of requirements, and what a later check without network knows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import pytest

from deployguard.config.load import load_project
from deployguard.model.finding import Finding
from deployguard.model.report import Report, exit_code
from deployguard.model.service import Project
from deployguard.requirements.resolving.resolve import Resolver
from deployguard.rules.check import Request, check
from deployguard.rules.registry import chosen
from deployguard.source.tree import SourceTree
from tests.package_index import PackageIndex
from tests.trees import tree_of

pytestmark = pytest.mark.slow

Make = Callable[..., Resolver]


def project_of(
    services: Mapping[str, tuple[str, str]], more: Mapping[str, str]
) -> tuple[SourceTree, Project]:
    """Make functions from the text of main.py and of requirements.txt, without what the build adds by itself."""
    files = {"deployguard.toml": '[project]\nid = "sample-project"\nregion = "us-west2"\n'}
    for name, (code, requirements) in services.items():
        files["deployguard.toml"] += f'[services.{name}]\nkind = "function"\nsource = "{name}"\n'
        files[f"{name}/main.py"] = code
        files[f"{name}/requirements.txt"] = requirements
    tree = tree_of({**files, **more})
    return tree, load_project(tree, None)


def checked(
    services: Mapping[str, tuple[str, str]],
    resolver: Resolver | None = None,
    more: Mapping[str, str] | None = None,
) -> Report:
    tree, project = project_of(services, more or {})
    resolving = resolver.resolve_all if resolver else None
    return check(tree, project, Request((), chosen(("DG2",), ()), resolving=resolving), {})


def said(report: Report, service: str = "orders") -> list[str]:
    found = next(each for each in report.services if each.name == service)
    return [f"{one.code} {one.subject} {one.severity}" for one in found.findings]


def only(report: Report) -> Finding:
    ((_, finding),) = report.found()
    return finding


@pytest.fixture(autouse=True)
def framework(index: PackageIndex) -> None:
    index.add("functions-framework", "3.8", ["functions_framework/__init__.py"])


def test_a_conflict_names_the_lines(index: PackageIndex, resolver: Make) -> None:
    index.add("top", "1.0", ["top.py"], ["below>=2"])
    index.add("below", "1.0", ["below.py"])
    index.add("below", "2.0", ["below.py"])
    report = checked({"orders": ("", "# pins\ntop==1.0\nbelow<2\n")}, resolver())

    finding = only(report)

    assert (finding.code, finding.path, finding.line) == ("DG205", "orders/requirements.txt", 2)
    assert "below>=2" in finding.message
    assert "; and because you require " in finding.message
    assert finding.advice == (
        "loosen one of these: orders/requirements.txt:2 top==1.0, orders/requirements.txt:3 below<2"
    )
    assert exit_code(report) == 1


def test_what_cannot_be_resolved_is_never_ok(index: PackageIndex, resolver: Make) -> None:
    index.status = 500
    report = checked({"orders": ("", "top\n"), "other": ("", "below\n")}, resolver())

    assert [service for service, _ in report.unknowns()] == ["orders", "other"]
    assert all("could not be resolved" in reason for _, reason in report.unknowns())
    assert exit_code(report, exit_zero=True) == 2


def test_a_later_check_without_network_is_exact(index: PackageIndex, resolver: Make) -> None:
    code = "import acme.tools\nimport acme.absent\nimport below\nimport sidelong\n"
    services = {"orders": (code, "acme-internal-client\n")}
    index.add("acme-internal-client", "1.0", ["acme/tools.py"], ["below"])
    index.add("below", "1.0", ["below/__init__.py"])
    before = said(checked(services))
    assert "DG204 acme.absent info" in before or "DG204 sidelong info" in before

    with_network = said(checked(services, resolver()))
    index.status = 500

    assert with_network == ["DG201 acme.absent error", "DG201 sidelong error", "DG202 below warning"]
    assert said(checked(services)) == with_network
    more = {"orders": (code, "acme-internal-client\n# the same set, with words\n")}
    assert said(checked(more)) == with_network
    assert said(checked({"orders": (code, "acme-internal-client\nnew-one\n")})) != with_network


def test_a_distribution_is_named_by_the_inventories_of_other_services(
    index: PackageIndex, resolver: Make
) -> None:
    index.add("acme-internal-client", "1.0", ["acme_tools/__init__.py"])
    services = {
        "orders": ("import acme_tools\n", "\n"),
        "other": ("import acme_tools\n", "acme-internal-client>=1\n"),
    }

    report = checked(services, resolver())

    finding = only(report)
    assert (finding.code, finding.subject) == ("DG201", "acme-internal-client")
    assert finding.advice == "add `acme-internal-client>=1` to orders/requirements.txt"


def test_a_module_that_its_package_has_no_file_for_is_not_proven(index: PackageIndex, resolver: Make) -> None:
    index.add("pkg", "2.0", ["pkg/__init__.py", "pkg/new.py", "single.py"])
    code = "import pkg.new\nimport pkg.old\nimport single.made_at_run_time\n"

    report = checked({"orders": (code, "pkg\n")}, resolver())

    assert said(report) == ["DG204 pkg.old info"]
    assert "pkg 2.0 has pkg, but no file for pkg.old" in only(report).message


def test_old_namespaces_with_an_init_are_told_apart_by_the_map(index: PackageIndex, resolver: Make) -> None:
    index.add("protobuf", "3.20", ["google/__init__.py", "google/protobuf/__init__.py"])
    code = "import google.protobuf.message\nfrom google.cloud import firestore\n"

    found = said(checked({"orders": (code, "protobuf\n")}, resolver()))

    assert found == ["DG201 google-cloud-firestore error", "DG204 google.protobuf.message info"]


def test_clashes_and_withdrawn_releases_are_warnings(index: PackageIndex, resolver: Make) -> None:
    index.yanked[index.add("cv", "1", {"cv2/core.py": "a"})] = "a bug"
    index.add("cv-headless", "1", {"cv2/core.py": "b"})

    found = said(checked({"orders": ("", "cv==1\ncv-headless==1\n")}, resolver()))

    assert found == ["DG205 cv warning", "DG205 cv-headless warning"]


def test_a_wheel_that_is_none_leaves_doubt_and_names_it(index: PackageIndex, resolver: Make) -> None:
    file = index.add("pkg", "1.0", ["other_name.py"])
    index.broken.add(file)

    report = checked({"orders": ("import other_name\nimport pkg\n", "pkg\n")}, resolver())

    assert said(report) == ["DG204 other_name info"]
    assert exit_code(report) == 2
    assert "answers 500" in report.unknowns()[0][1]


def test_among_hashes_everything_has_to_be_listed(index: PackageIndex, resolver: Make) -> None:
    content = index.files[index.add("top", "1.0", ["top.py"], ["below"])]
    index.add("below", "1.0", ["below.py"])
    hashed = f"top==1.0 --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"

    finding = only(checked({"orders": ("", hashed)}, resolver()))

    assert (finding.subject, finding.line) == ("below", 1)
    assert "top needs below" in finding.message


def test_a_constraint_counts_where_its_marker_holds(index: PackageIndex, resolver: Make) -> None:
    index.add("top", "1.0", ["top.py"])
    index.add("top", "2.0", ["top.py"])
    tree = {"orders": ("", "top>=2\n-c limits.txt\n")}
    files = {"orders/limits.txt": 'top<2; python_version < "3.9"\n'}
    assert said(checked(tree, resolver(), files)) == []
    files = {"orders/limits.txt": 'top<2; python_version > "3.9"\n'}
    assert said(checked(tree, resolver(), files)) == ["DG205 top error"]
