"""Filters of logs: read, tried on entries, and asked what they could ever match."""

from __future__ import annotations

import pytest

from deployguard.gcp.logfilter.judging import matches, possible
from deployguard.gcp.logfilter.parts import FilterError, leaves
from deployguard.gcp.logfilter.reading import parse

STDERR = {
    "logName": "projects/p/logs/run.googleapis.com%2Fstderr",
    "severity": "ERROR",
    "textPayload": "Traceback: timeout",
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "orders"}},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ('resource.type="cloud_run_revision" severity>=ERROR', True),
        ('resource.type="cloud_function" OR severity>=ERROR', True),
        ('resource.type=("cloud_function" OR "cloud_run_revision")', True),
        ("severity=(ERROR AND CRITICAL)", False),
        ("NOT NOT timeout", True),
        ("NOT timeout", False),
        ('log_id("run.googleapis.com/stderr")', True),
        ('log_id("run.googleapis.com/stdout")', False),
        ('-log_id("run.googleapis.com/stdout") severity=ERROR', True),
        ('SEARCH("timeout")', True),
        ("sample(insertId, 0.5)", True),
        ("jsonPayload.timestamp > 2026-01-01T00:00:00Z", False),
    ],
)
def test_what_an_entry_matches(text: str, expected: bool) -> None:
    assert matches(parse(text), STDERR) is expected


def test_a_field_called_timestamp_in_somebodys_json_is_no_fault() -> None:
    entry = {"jsonPayload": {"timestamp": "yesterday"}}
    assert not matches(parse('jsonPayload.timestamp > "2026-01-01T00:00:00Z"'), entry)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('resource.type="cloud_function" severity>=ERROR', False),
        ('resource.type="cloud_run_revision" severity>=ERROR', None),
        ('resource.type="cloud_run_revision"', True),
        ('resource.type="cloud_function" OR timeout', None),
        ('resource.type="cloud_function" OR resource.type="cloud_run_revision"', True),
        ('NOT resource.type="cloud_run_revision" AND timeout', False),
        ('resource.type=~"^cloud_" timeout', None),
        ('resource.labels.service_name!="orders"', False),
        ('resource.labels.function_name="orders" timeout', False),
        ('resource.labels.location="us-west2"', None),
        ('resource.label.service_name = starts_with("ord")', True),
        ('resource.label."service_name" = one_of("parcels", "orders")', True),
        ('resource.labels.service_name != monitoring.regex.full_match("ord.*")', False),
    ],
)
def test_what_a_filter_could_ever_match(text: str, expected: bool | None) -> None:
    known = {
        ("resource", "type"): "cloud_run_revision",
        ("resource", "labels", "service_name"): "orders",
        ("resource", "labels", "function_name"): None,
    }
    assert possible(parse(text), known) is expected


@pytest.mark.parametrize("text", ["(", "severity>=", 'a="b" )', "severity=LOUD", 'a=~"("', "(" * 5000, "AND"])
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(FilterError, match="Unparseable filter"):
        parse(text)


def test_leaves() -> None:
    found = leaves(parse('a="1" NOT b="2" (c="3" OR d:"4") word log_id("x")'))
    assert [getattr(one, "wanted", one) for one in found][:4] == ["1", "2", "3", "4"]
