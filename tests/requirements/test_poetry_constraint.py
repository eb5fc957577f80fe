"""Poetry's constraints, with the examples of its documentation."""

from __future__ import annotations

import pytest

from deployguard.requirements.poetry_constraint import UnreadableConstraintError, as_specifier


@pytest.mark.parametrize(
    ("written", "specifier"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^1", ">=1,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.4", "~=1.4"),
        ("1.*", "==1.*"),
        ("1.2.3", "==1.2.3"),
        ("=1.2.3", "==1.2.3"),
        (">=1.2,<1.5", ">=1.2,<1.5"),
        (">= 1.2, != 1.3", ">=1.2,!=1.3"),
        (">=1.2 <1.5", ">=1.2,<1.5"),
        ("*", ""),
        ("", ""),
        ("^2.0b1", ">=2.0b1,<3"),
    ],
)
def test_it_says_the_same_in_other_words(written: str, specifier: str) -> None:
    assert as_specifier(written) == specifier


@pytest.mark.parametrize("written", ["^1 || ^2", "latest", ">=1,<"])
def test_what_has_no_equal_is_refused(written: str) -> None:
    with pytest.raises(UnreadableConstraintError):
        as_specifier(written)
