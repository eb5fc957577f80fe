"""The second act is played whole: the example, deployed for real to the local cloud, and everything that watches it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deployguard.demo.pipeline_stage import EXAMPLE
from deployguard.demo.pipeline_story import PIPELINE_STORY
from tests.demo.test_demo import told

PAGE = re.compile(r"^The page of the last step, .*: (.+)$", re.MULTILINE)


def test_every_edit_finds_what_it_replaces() -> None:
    for step in PIPELINE_STORY:
        for edit in step.edits:
            assert edit.old in (EXAMPLE / edit.path).read_text(), edit


@pytest.mark.slow
def test_the_second_act_is_told(tmp_path: Path) -> None:
    said = told(tmp_path, "--act", "2")
    steps = re.split(r"^\d+\. ", said, flags=re.MULTILINE)
    assert "serves 100 %" in steps[1]
    assert steps[3].count("equivalent") >= 2
    assert steps[4].count("stale(1)") == 2
    assert "by shared/completion/__init__.py" in steps[4]
    assert "not repaired" in steps[5]
    assert "Dates checked: 7, Issues found: 0" in steps[7]
    assert "as before" in steps[8]
    found = PAGE.search(said)
    assert found is not None
    assert "<h1>" in Path(found[1]).read_text()
    assert all(step.splitlines()[0].strip() for step in steps[1:])
