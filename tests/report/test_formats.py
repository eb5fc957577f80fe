"""What other programs read."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Report, ServiceReport
from deployguard.report.as_json import as_json
from deployguard.report.formats import FORMATS, formatted
from deployguard.report.github import github
from deployguard.report.junit import junit
from deployguard.report.sarif import sarif
from tests.report.samples import PYYAML, REPORTS, RULES, missing_module, report_of
from tests.report.sarif_schema import SCHEMA

_VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_json_keeps_the_contract() -> None:
    value = json.loads(as_json(report_of("x", unknown=("why",)), RULES))
    assert list(value) == ["schema", "tree", "services", "repository", "unknown", "summary"]
    assert value["schema"] == 1
    assert value["tree"] == {"kind": "commit", "sha": "c" * 40}
    assert value["summary"] == {"errors": 1, "warnings": 1, "infos": 0, "suppressed": 0}
    assert value["unknown"] == ["why"]
    (service,) = value["services"]
    assert list(service) == ["name", "kind", "fingerprint", "files", "findings", "unknown"]
    assert service["findings"][0] == {
        "code": "DG101",
        "rule": "missing-module",
        "severity": "error",
        "subject": "shared.validation.b",
        "path": "shared/validation/__init__.py",
        "line": 3,
        "message": "shared.validation.b is not in the artifact",
        "fix": "link it beside the others",
        "chain": [
            {"path": "main.py", "line": 48, "imports": "shared.validation", "context": "module"},
            {
                "path": "shared/validation/__init__.py",
                "line": 3,
                "imports": "shared.validation.b",
                "context": "lazy",
            },
        ],
    }


def test_json_gives_back_the_bytes_of_a_path() -> None:
    finding = replace(PYYAML, path=os.fsdecode(b"caf\xe9.py"))
    value = json.loads(as_json(Report("index", None, repository=(finding,)), RULES))
    assert os.fsencode(value["repository"][0]["path"]) == b"caf\xe9.py"


def test_sarif_describes_rules_and_places() -> None:
    (run,) = json.loads(sarif(report_of("x", "y"), RULES))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["DG101", "DG201"]
    assert run["tool"]["driver"]["rules"][0]["help"]["markdown"] == "# DG101\n\nWhy."
    yaml, module = run["results"]
    assert (yaml["level"], yaml["ruleIndex"]) == ("warning", 1)
    assert yaml["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "shared/config/retry.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 33},
    }
    assert module["properties"]["services"] == ["x", "y"]
    assert [each["message"]["text"] for each in module["relatedLocations"]] == [
        "imports shared.validation",
        "imports shared.validation.b",
    ]


def test_a_finding_of_two_services_names_the_fix_of_each() -> None:
    for text in (sarif(report_of("x", "y"), RULES), github(report_of("x", "y"), RULES)):
        for name in "xy":
            assert f"functions/{name}/shared/validation/b.py" in text


def test_sarif_fingerprints_survive_an_edit_above_the_finding() -> None:
    def fingerprints(*findings: Finding) -> list[dict[str, str]]:
        (run,) = json.loads(sarif(Report("index", None, repository=findings), RULES))["runs"]
        return [result["partialFingerprints"] for result in run["results"]]

    moved = replace(PYYAML, line=90)
    assert fingerprints(PYYAML) == fingerprints(moved)
    first, second = fingerprints(PYYAML, moved)
    assert first != second


def test_sarif_says_that_a_run_could_not_judge() -> None:
    (run,) = json.loads(sarif(report_of("x", unknown=("shallow",)), RULES))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "cannot tell: shallow"


def test_sarif_names_a_file_by_its_bytes() -> None:
    finding = replace(PYYAML, path=os.fsdecode(b"a b/caf\xe9#1:2.py"))
    (run,) = json.loads(sarif(Report("index", None, repository=(finding,)), RULES))["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/caf%E9%231%3A2.py"
    assert unquote_to_bytes(uri) == b"a b/caf\xe9#1:2.py"


def test_github_escapes_what_ends_a_property() -> None:
    finding = Finding("DG101", Severity.INFO, "s", "a,b:c%.py", 7, "100% ::sure", "first\nsecond")
    assert github(Report("index", None, repository=(finding,), unknown=("why",)), RULES) == (
        "::notice file=a%2Cb%3Ac%25.py,line=7,title=DG101 missing-module::100%25 ::sure%0Afirst%0Asecond\n"
        "::error title=deployguard cannot tell::why\n"
    )


def test_junit_has_a_case_a_service_and_fails_only_for_what_blocks() -> None:
    services = (
        ServiceReport("clean", "function", "f" * 40, 1),
        ServiceReport("warned", "function", "f" * 40, 1, (PYYAML,)),
        ServiceReport("broken", "run", "f" * 40, 1, (PYYAML, missing_module("broken"))),
        ServiceReport("doubtful", "run", None, 0, (missing_module("doubtful"),), ("COPY of $X",)),
    )
    root = ET.fromstring(junit(Report("index", None, services)))  # noqa: S314 our own text
    (suite,) = root
    assert suite.attrib == {"name": "deployguard check", "tests": "5", "failures": "1", "errors": "1"}
    assert {case.get("name"): [part.tag for part in case] for case in suite} == {
        "broken": ["failure", "system-out"],
        "clean": [],
        "doubtful": ["error"],
        "repository": [],
        "warned": ["system-out"],
    }
    assert "ln -s ../../../../shared" in (suite.findtext("testcase/failure") or "")


@pytest.mark.slow
@given(REPORTS)
def test_any_text_gives_valid_documents(report: Report) -> None:
    assert json.loads(as_json(report, RULES))["summary"] == report.summary()._asdict()
    _VALIDATOR.validate(json.loads(sarif(report, RULES)))
    assert len(ET.fromstring(junit(report))[0]) == len(report.services) + 1  # noqa: S314 our own text
    for text in (as_json(report, RULES), sarif(report, RULES), junit(report)):
        assert text.isascii()


_COMMAND = re.compile(r"::(error|warning|notice) (file=[^:,]*,)?(line=\d+,)?title=[^:,]*::[^\r\n]*\Z")


@given(REPORTS)
def test_any_text_gives_whole_workflow_commands(report: Report) -> None:
    lines = github(report, RULES).split("\n")
    assert lines.pop() == ""
    assert all(_COMMAND.match(line) and line.isprintable() for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FORMATS))
@given(data=st.data())
def test_every_format_is_the_same_whatever_the_order(name: str, data: st.DataObject) -> None:
    report = data.draw(REPORTS)
    services = tuple(
        replace(each, findings=tuple(data.draw(st.permutations(each.findings)))) for each in report.services
    )
    shuffled = replace(report, services=tuple(data.draw(st.permutations(services))))
    assert formatted(name, shuffled, RULES) == formatted(name, report, RULES)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_ends_its_last_line(name: str) -> None:
    assert formatted(name, report_of("x"), RULES, True).endswith("\n")
