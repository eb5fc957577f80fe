"""The file that lets a team begin with what it has."""

from __future__ import annotations

import json

import pytest

from deployguard.model.errors import ConfigurationError
from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Found
from deployguard.rules.baseline import BASELINE, Known, baseline_in, read_baseline, written_baseline
from tests.trees import tree_of


def _found(service: str, line: int, path: str = "a.py") -> Found:
    return Found(service, Finding("DG201", Severity.ERROR, "pyyaml", path, line, "m", "fix"))


def test_it_counts_and_keeps_no_lines() -> None:
    text = written_baseline([_found("b", 3), _found("a", 1), _found("b", 9)])
    assert text == (
        '{\n  "schema": 1,\n  "findings": [\n'
        '    {"service": "a", "code": "DG201", "subject": "pyyaml", "path": "a.py", "count": 1},\n'
        '    {"service": "b", "code": "DG201", "subject": "pyyaml", "path": "a.py", "count": 2}\n'
        "  ]\n}\n"
    )
    assert written_baseline([_found("b", 30), _found("b", 90), _found("a", 7)]) == text


@pytest.mark.parametrize("found", [[], [_found("", 1, "caf\udce9.py"), _found("", 1, '"\n')]])
def test_what_is_written_is_read(found: list[Found]) -> None:
    text = written_baseline(found)
    json.loads(text)
    read = baseline_in(tree_of({BASELINE: text}))
    assert read == {Known("", "DG201", "pyyaml", each.finding.path): 1 for each in found}


def test_without_a_file_nothing_is_known() -> None:
    assert baseline_in(tree_of({"a.py": ""})) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "its schema is not 1"),
        (b'{"schema": 2, "findings": []}', "its schema is not 1"),
        (b'{"schema": 1, "findings": {}}', "findings: not a list"),
        (b'{"schema": 1, "findings": [{"service": "a"}, 3]}', "findings[1]: not an entry"),
    ],
)
def test_a_broken_file_is_a_clear_message(content: bytes, said: str) -> None:
    with pytest.raises(ConfigurationError, match="--write-baseline") as caught:
        read_baseline(content)
    assert said in str(caught.value)
