from __future__ import annotations

from deployguard.runtime.lines import Entries

TRACE = """before
Traceback (most recent call last):
  File "main.py", line 1, in <module>
    import shared
ModuleNotFoundError: No module named 'shared'
after"""


def entries(text: str) -> list[str]:
    found: list[str] = []
    gathered = Entries(found.append)
    for line in text.splitlines():
        gathered.add(line)
    gathered.flush()
    return found


def test_a_traceback_is_one_entry() -> None:
    before, trace, after = entries(TRACE)
    assert (before, after) == ("before", "after")
    assert trace.startswith("Traceback")
    assert trace.endswith("No module named 'shared'")


def test_a_traceback_cut_short_is_kept() -> None:
    assert entries("Traceback (most recent call last):\n  File") == [
        "Traceback (most recent call last):\n  File"
    ]


def test_two_in_a_row_are_two_entries() -> None:
    assert len(entries(f"{TRACE}\n{TRACE}")) == 6
