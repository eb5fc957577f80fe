from __future__ import annotations

import pytest

from deployguard.artifact.dockerfile.parse import Instruction, parse
from deployguard.artifact.dockerfile.words import Variables, expand, pairs, words


def read(text: str) -> list[tuple[str, str, int]]:
    return [(one.keyword, one.text, one.line) for one in parse(text).instructions]


def test_an_instruction_goes_on_over_comments_and_blank_lines() -> None:
    text = "from python:3.12\nRUN apt-get update \\\n  # tools\n\n  && true\ncmd x\n"
    assert read(text) == [
        ("FROM", "python:3.12", 1),
        ("RUN", "apt-get update   && true", 2),
        ("CMD", "x", 6),
    ]


def test_the_escape_directive_changes_what_continues_a_line() -> None:
    text = "# escape=`\nFROM a\nRUN one `\n two\nRUN c:\\\nRUN three"
    assert [text for _, text, _ in read(text)] == ["a", "one  two", "c:\\", "three"]


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_it() -> None:
    assert read("\ufeffFROM a\r\nRUN b \\\r\n c\r\n") == [("FROM", "a", 1), ("RUN", "b  c", 2)]


def test_a_heredoc_is_not_read_as_instructions() -> None:
    found = parse("FROM a\nRUN <<EOF\nFROM b\nCOPY x y\nEOF\nCMD c\n").instructions
    assert [one.keyword for one in found] == ["FROM", "RUN", "CMD"]
    assert found[1].heredocs == (("EOF", "FROM b\nCOPY x y"),)


def test_two_heredocs_and_tabs_that_the_dash_strips() -> None:
    found = parse("FROM a\nCOPY <<-ONE <<'TWO' /app/\n\tfirst\n\tONE\nsecond\nTWO\nCMD c").instructions
    assert found[1].heredocs == (("ONE", "first"), ("TWO", "second"))
    assert found[2].keyword == "CMD"


def test_a_here_string_or_a_shift_opens_no_heredoc() -> None:
    found = parse("FROM a\nRUN bash -c 'cat <<< word'\nRUN echo $((1<<2))\nCMD x").instructions
    assert [one.keyword for one in found] == ["FROM", "RUN", "RUN", "CMD"]


def test_flags_are_told_from_the_words() -> None:
    (one,) = parse("COPY --from=builder --chown=me:me --link a --b /c").instructions
    assert one.flags == (("from", "builder"), ("chown", "me:me"), ("link", "true"))
    assert one.text == "a --b /c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["a", "b c"]', ("a", "b c")),
        ("['a']", None),
        ("a b", None),
        ('["a", 1]', None),
        ("[", None),
    ],
)
def test_exec_form_is_a_json_array_of_strings(text: str, expected: tuple[str, ...] | None) -> None:
    assert Instruction("CMD", text, 1).exec_form == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A/x", "1/x"),
        ("${A}2", "12"),
        ("${B:-d}", "d"),
        ("${B:-$A}", "1"),
        ("${A:+yes}${B:+no}", "yes"),
        ("${E:-d}|${E-d}", "d|"),
        (r"\$A", "$A"),
        ("'$A'", "$A"),
        ('"$A b"', "1 b"),
        ("$", "$"),
        ("${A", "1"),
        ("${A%x}", ""),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert expand(text, Variables({"A": "1", "E": ""})) == expected


def test_a_build_argument_without_a_value_is_noticed_where_it_matters() -> None:
    variables = Variables({}, frozenset({"NEED", "HAS"}))
    assert expand("${HAS:-d}/$NEED", variables) == "d/"
    assert variables.asked == ["NEED"]


def test_words_and_pairs() -> None:
    assert words("a 'b c' \"d\"e", Variables({})) == ("a", "b c", "de")
    assert pairs("A=1 B='x y' C=$D", Variables({"D": "4"})) == (("A", "1"), ("B", "x y"), ("C", "4"))
    assert pairs("A  one two", Variables({})) == (("A", "one two"),)
    assert pairs("ALONE", Variables({})) == (("ALONE", ""),)
