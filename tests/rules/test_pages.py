"""Every rule carries its documentation page."""

from __future__ import annotations

import pytest

from deployguard.rules import dg301_wiping_env_vars as dg301
from deployguard.rules import dg302_wiping_secrets as dg302
from deployguard.rules import dg303_no_traffic_step as dg303
from deployguard.rules import dg304_no_commit_stamp as dg304
from deployguard.rules import dg305_swallowed_failure as dg305
from deployguard.rules.rule import RepositoryRule

_SECTIONS = ("## What it does", "## Why it is bad", "## Example", "## How to fix")


@pytest.mark.parametrize(
    "rule", [dg301.RULE, dg302.RULE, dg303.RULE, dg304.RULE, dg305.RULE], ids=lambda r: r.code
)
def test_page_has_title_sections_and_both_examples(rule: RepositoryRule) -> None:
    assert rule.page.startswith(f"# {rule.code}: {rule.name}\n")
    places = [rule.page.index(section) for section in _SECTIONS]
    assert places == sorted(places)
    assert "Bad:" in rule.page
    assert "Good:" in rule.page
    assert rule.page.count("```") == 4
