"""Names that Google takes, and names that a release makes."""

from __future__ import annotations

import pytest

from deployguard.model.errors import UsageError
from deployguard.model.service import Service
from deployguard.release.naming import refuse_name, revision_name, tag_name

RELEASE = "rtp7epe4dv6bq"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("run", "a" * 49), ("run", "a-9"), ("function", "a" * 63), ("function", "on_upload-2"), ("run", "a")],
)
def test_what_google_takes_passes(kind: str, name: str) -> None:
    refuse_name(Service(name, kind))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("run", "a" * 50),
        ("run", "on_upload"),
        ("run", "9a"),
        ("run", "a-"),
        ("run", "a\n"),
        ("function", "a" * 64),
        ("function", "a_"),
        ("function", "Upload"),
    ],
)
def test_what_google_does_not_take_is_refused_with_its_form(kind: str, name: str) -> None:
    with pytest.raises(UsageError, match="Google Cloud takes no such name: lower case letters"):
        refuse_name(Service(name, kind))


def test_a_revision_is_named_within_63_characters_and_ends_in_its_release() -> None:
    assert revision_name("orders", RELEASE) == f"orders-{RELEASE}"
    assert revision_name("a" * 49, RELEASE) == f"{'a' * 49}-{RELEASE}"
    assert revision_name("a" * 63, RELEASE) == f"{'a' * 49}-{RELEASE}"


@pytest.mark.parametrize(
    ("length", "tag"), [(6, "ce4dv6bq"), (38, "ce4dv6bq"), (40, "cdv6bq"), (42, "c6bq"), (43, "")]
)
def test_a_tag_takes_the_room_that_the_name_leaves(length: int, tag: str) -> None:
    found = tag_name("a" * length, RELEASE)
    assert found == tag
    assert len(found) + length <= 46 or not tag
