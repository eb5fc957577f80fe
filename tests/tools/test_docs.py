from __future__ import annotations

import pytest

from tools.docs import ROOT, generated

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", generated())
def test_generated_files_are_up_to_date(path: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == generated()[path], "run: python -m tools.docs"
