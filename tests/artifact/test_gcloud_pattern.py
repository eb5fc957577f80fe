"""One line of an ignore file, without the SDK; every expectation here was also asked of it (test_against_gcloud)."""

from __future__ import annotations

import time

import pytest

from deployguard.artifact.gcloud_pattern import parse_line
from deployguard.model.place import Place

PLACE = Place(".gcloudignore", 1)


def matches(line: str, path: str, is_folder: bool = False) -> bool:
    pattern = parse_line(line, PLACE)
    assert pattern
    return pattern.matches(("", *path.split("/")), is_folder)


@pytest.mark.parametrize("line", ["", "   ", "# a", "#", "!", "/", "a\\", "a\\\\\\", "!#\\"])
def test_lines_without_a_pattern(line: str) -> None:
    assert parse_line(line, PLACE) is None


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("a", "a"),
        ("a", "x/a"),
        ("a/b", "x/a/b"),  # git would anchor it
        ("/a", "a"),
        ("*.py", "x/a.py"),
        ("*/b", "b"),  # the star is met by the top folder
        ("*/b", "x/y/b"),  # and one folder named by one character passes
        ("a/**", "a"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("**/b", "b"),
        ("**", "a/b"),
        ("a ", "a"),
        ("a\\ ", "a "),
        ("\\#a", "#a"),
        ("\\!a", "!a"),
        ("[!b]", "a"),
        ("*", "."),
    ],
)
def test_what_a_pattern_matches(line: str, path: str) -> None:
    assert matches(line, path)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("A", "a"),
        ("/a", "x/a"),
        ("a//b", "a/b"),
        ("a/ ", "a"),
        ("*/b", "xy/z/b"),
        ("a/**", "x/a/b"),
        ("**a/b", "x/y"),
        ("?", "ab"),
        ("a*b", "a/b"),
        ("./a", "a"),
    ],
)
def test_what_a_pattern_does_not_match(line: str, path: str) -> None:
    assert not matches(line, path)


def test_a_slash_at_the_end_is_for_folders_only() -> None:
    assert matches("a/", "a", is_folder=True)
    assert not matches("a/", "a")


def test_a_hostile_pattern_takes_no_time() -> None:
    began = time.perf_counter()
    assert not matches("a" + "/**" * 200 + "/b", "a/" * 200 + "c")
    assert not matches("*a" * 40 + "b", "a" * 200)
    assert time.perf_counter() - began < 2
