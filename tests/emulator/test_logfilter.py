"""The query language by itself, on made-up entries."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.emulator.logfilter import compiled
from deployguard.emulator.refusal import Refusal

ENTRY = {
    "severity": "ERROR",
    "timestamp": "2026-02-01T10:00:00.123456789Z",
    "resource": {
        "type": "cloud_run_revision",
        "labels": {"service_name": "orders", "revision_name": "orders-1"},
    },
    "jsonPayload": {"count": 7, "ok": True, "items": [{"name": "a"}, {"name": "b"}]},
    "httpRequest": {"status": 503},
    "labels": {"a.b/c": "x"},
    "tags": ["first", "second"],
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("-- only a comment", True),
        ('resource.type="cloud_run_revision" AND resource.labels.service_name="orders"', True),
        ('resource.type="cloud_function"', False),
        ("severity>=ERROR", True),
        ("severity>ERROR", False),
        ("severity=(WARNING OR ERROR)", True),
        ("httpRequest.status>=500", True),
        ("http_request.status>=500", True),
        ("jsonPayload.count<7 OR jsonPayload.count>=7", True),
        ("jsonPayload.ok=true", True),
        ('tags="second"', True),
        ('tags="sec"', False),
        ('jsonPayload.items.name="b"', True),
        ('labels."a.b/c"="x"', True),
        ('NOT labels."a.b/c"="x"', False),
        ('-resource.type="cloud_run_revision"', False),
        ("absent.field=1", False),
        ("absent.field!=1", True),
        ("resource.labels.service_name:*", True),
        ('timestamp>="2026-02-01T10:00:00Z" timestamp<"2026-02-01T10:00:01Z"', True),
        ("timestamp>=2026-02-01T10:00:01Z", False),
        ('resource.labels.revision_name=~"^orders-\\d$"', True),
        # OR binds tighter than AND here
        ("severity=INFO OR severity=ERROR AND httpRequest.status=200", False),
        ('"ORDERS-1"', True),
    ],
)
def test_what_a_filter_takes(text: str, holds: bool) -> None:
    assert compiled(text)(ENTRY) is holds


@pytest.mark.parametrize(
    "text", ["a=", "(a=1", "a=1)", "AND a=1", "severity>=LOUD", 'timestamp>"soon"', "a=~'['", '"open']
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        compiled(text)


@given(
    st.lists(st.sampled_from([*list(".=<>~!:()- \n'\"\\19TZab"), "AND", " OR ", "NOT "]), max_size=30).map(
        "".join
    )
)
def test_no_text_brings_it_down(text: str) -> None:
    with suppress(Refusal):
        compiled(text)(ENTRY)
