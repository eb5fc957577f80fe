from __future__ import annotations

from deployguard.notify.commands import merged


def test_commands_that_differ_in_their_subject_become_one() -> None:
    fixes = [
        ("a", "deployguard deploy a"),
        ("c", "git fetch"),
        ("b", "deployguard deploy b"),
        ("d", "git fetch"),
    ]
    assert merged(fixes) == ("deployguard deploy a b", "git fetch")


def test_a_subject_that_only_ends_another_is_left_alone() -> None:
    assert merged([("s", "gcloud run services")]) == ("gcloud run services",)


def test_no_command_is_no_line() -> None:
    assert merged([("a", "")]) == ()


def test_many_subjects_take_more_than_one_line() -> None:
    lines = merged((f"s{number}", f"deployguard deploy s{number}") for number in range(13))
    assert [len(line.split()) for line in lines] == [14, 3]
