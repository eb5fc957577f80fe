"""Where a suppressing comment may stand, and for which lines it speaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.rules.markers import Marker, markers_of


def _spans(path: str, text: str) -> list[tuple[int, int, int]]:
    return [(marker.line, marker.first, marker.last) for marker in markers_of(path, text.encode())]


def test_a_marker_names_rules_and_a_reason() -> None:
    content = b"import yaml  # noqa: F401  # deployguard: ignore[DG201, DG1:shared.b]: vendored # pragma\n"
    assert markers_of("main.py", content) == (
        Marker("main.py", 1, 1, 1, ("DG201", "DG1:shared.b"), "vendored"),
    )


@pytest.mark.parametrize(
    ("text", "patterns", "reason"),
    [
        ("# deployguard: ignore[DG201]", ("DG201",), ""),
        ("#deployguard:ignore[DG201] -- see #12", ("DG201",), "see #12"),
        ("# deployguard: ignore", (), ""),
        ("# deployguard: ignore[] why", (), "why"),
    ],
)
def test_forms(text: str, patterns: tuple[str, ...], reason: str) -> None:
    (marker,) = markers_of("a.toml", f"x = 1  {text}\n".encode())
    assert (marker.patterns, marker.reason) == (patterns, reason)


@pytest.mark.parametrize(
    "text",
    [
        'HELP = "write # deployguard: ignore[DG201] reason"\n',
        '"""\nx = 1  # deployguard: ignore[DG201]\n"""\n',
        "# deployguard ignores this\n",
        "# deployguard: ignored[DG201]\n",
    ],
)
def test_what_only_looks_like_a_marker_in_python(text: str) -> None:
    assert markers_of("main.py", text.encode()) == ()


def test_a_marker_speaks_for_its_whole_statement() -> None:
    text = (
        "from shared import (\n    a,\n    b,  # deployguard: ignore[DG101] x\n)\n\n"
        "# deployguard: ignore[DG201] x\n# more words\n\n@f\ndef g():\n    import y\n"
    )
    assert _spans("main.py", text) == [(3, 1, 4), (6, 9, 9)]


def test_a_header_does_not_speak_for_its_body() -> None:
    assert _spans("a.py", "try:  # deployguard: ignore[DG1] x\n    import b\nexcept E:\n    pass\n") == [
        (1, 1, 1)
    ]


def test_a_file_that_does_not_parse_is_read_line_by_line() -> None:
    text = "import a  # deployguard: ignore[DG201] x\nx = (\nimport b  # deployguard: ignore[DG201] x\n"
    assert [line for line, _, _ in _spans("a.py", text)] == [1, 3]


def test_a_byte_order_mark_and_windows_lines_do_not_move_a_marker() -> None:
    content = "\ufeffx = 1\r\nimport a  # deployguard: ignore[DG201] x\r\n".encode()
    assert markers_of("a.py", content) == (Marker("a.py", 2, 2, 2, ("DG201",), "x"),)


def test_in_a_dockerfile_a_marker_speaks_for_the_next_instruction() -> None:
    text = "FROM x\n# deployguard: ignore[DG105] x\nCOPY a \\\n  # between\n  b /app/\nCMD x\n"
    assert _spans("Dockerfile", text) == [(2, 3, 5)]


def test_in_a_script_a_marker_speaks_for_the_continued_line() -> None:
    text = "gcloud run deploy \\\n  --set-env-vars A=b  # deployguard: ignore[DG301] x\n"
    assert _spans("bin/deploy.sh", text) == [(2, 1, 2)]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('echo "# deployguard: ignore[DG301] x"', 0),
        ("echo '# deployguard: ignore[DG301] x'", 0),
        ("run: it's fine  # deployguard: ignore[DG301] x", 1),
        ('a==1; python_version < "3.9"  # deployguard: ignore[DG203] x', 1),
        ("a#b # deployguard: ignore[DG203] x", 1),
        ("https://host/#deployguard:ignore[DG203]", 0),
    ],
)
def test_quotes_outside_python(line: str, count: int) -> None:
    assert len(markers_of("x.yaml", line.encode())) == count


def test_in_markdown_a_marker_is_an_html_comment() -> None:
    text = (
        "Deploy.  <!-- deployguard: ignore[DG301] shown on purpose -->\n"
        "Write `<!-- deployguard: ignore[DG301] -->`, or # deployguard: ignore[DG301] in text\n"
        "<!-- deployguard: ignore[DG301] old page -->\n\n```sh\ngcloud x\n```\n"
    )
    assert markers_of("docs/a.md", text.encode()) == (
        Marker("docs/a.md", 1, 1, 1, ("DG301",), "shown on purpose"),
        Marker("docs/a.md", 3, 5, 7, ("DG301",), "old page"),
    )


def test_in_a_code_block_of_markdown_a_marker_may_be_an_example() -> None:
    text = "~~~sh\ngcloud x  # deployguard: ignore[DG301] why\n```\n~~~\n# deployguard: ignore[DG301]\n"
    assert markers_of("a.md", text.encode()) == (Marker("a.md", 2, 2, 2, ("DG301",), "why", example=True),)


def test_a_file_in_another_encoding_keeps_its_markers() -> None:
    text = b"# caf\xe9\nimport a  # deployguard: ignore[DG101] na\xefve\n"
    (found,) = markers_of("a.py", text)
    assert (found.line, found.patterns) == (2, ("DG101",))


@given(
    st.sampled_from(["a.py", "a.md", "Dockerfile"]),
    st.lists(st.one_of(st.binary(max_size=9), st.just(b"# deployguard: ignore[DG1]"), st.just(b"\n"))),
)
def test_any_bytes_can_be_read(path: str, parts: list[bytes]) -> None:
    content = b"".join(parts)
    for marker in markers_of(path, content):
        assert 1 <= marker.first <= marker.last <= content.count(b"\n") + content.count(b"\r") + 1
