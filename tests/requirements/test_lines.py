"""One requirements file: every form that pip takes, and what it refuses."""

from __future__ import annotations

import json

import pytest

from deployguard.requirements.lines import Line, ParsedFile, parse_requirements


def only(text: str | bytes) -> Line:
    parsed = parse_requirements(text if isinstance(text, bytes) else text.encode())
    assert len(parsed.lines) == 1, parsed
    return parsed.lines[0]


@pytest.mark.parametrize(
    ("text", "name", "extras", "specifier", "marker"),
    [
        ("flask", "flask", (), "", ""),
        ("  flask  ", "flask", (), "", ""),
        ("Flask==2.0.1", "Flask", (), "==2.0.1", ""),
        ("PyYAML >= 5, < 7  # why", "PyYAML", (), ">=5,<7", ""),
        ("uvicorn[standard]", "uvicorn", ("standard",), "", ""),
        ("a[ x , y ] ~= 1.4", "a", ("x", "y"), "~=1.4", ""),
        ("a[b_c]==1.*", "a", ("b_c",), "==1.*", ""),
        ("a[]", "a", (), "", ""),
        ("torch==2.1.0+cpu", "torch", (), "==2.1.0+cpu", ""),
        ("a==1.0rc1", "a", (), "==1.0rc1", ""),
        ("a===weird", "a", (), "===weird", ""),
        ("a (>=1.0)", "a", (), ">=1.0", ""),
        ("zope.interface!=5.0", "zope.interface", (), "!=5.0", ""),
        ("a; python_version<'3.9'", "a", (), "", 'python_version < "3.9"'),
        ("a>=1 ; sys_platform=='win32'", "a", (), ">=1", 'sys_platform == "win32"'),
        ("a>=1;extra=='x'", "a", (), ">=1", 'extra == "x"'),
        ("foo.whl.tools", "foo.whl.tools", (), "", ""),
    ],
)
def test_a_plain_requirement_is_read(
    text: str, name: str, extras: tuple[str, ...], specifier: str, marker: str
) -> None:
    line = only(text)

    assert line.kind == "named", line.reason
    assert (line.name, line.extras, line.specifier, line.marker) == (name, extras, specifier, marker)


@pytest.mark.parametrize(
    ("text", "name", "target"),
    [
        ("a @ https://x.test/a.zip", "a", "https://x.test/a.zip"),
        ("a[b]@git+https://x.test/a.git@v1", "a", "git+https://x.test/a.git@v1"),
        ("a @ https://${TOKEN}@x.test/a.zip", "a", "https://${TOKEN}@x.test/a.zip"),
        ("a @ https://x.test/a.zip ; python_version > '3'", "a", "https://x.test/a.zip"),
        (
            "git+https://x.test/r.git@main#egg=real-name",
            "real-name",
            "git+https://x.test/r.git@main#egg=real-name",
        ),
        ("https://x.test/a.zip#sha256=00&egg=a", "a", "https://x.test/a.zip#sha256=00&egg=a"),
        (
            "https://x.test/my_dist-1.0-py3-none-any.whl",
            "my_dist",
            "https://x.test/my_dist-1.0-py3-none-any.whl",
        ),
        ("-e git+ssh://git@x.test/r.git#egg=a", "a", "git+ssh://git@x.test/r.git#egg=a"),
        (
            "--editable=git+https://x.test/r.git#egg=a&subdirectory=s",
            "a",
            "git+https://x.test/r.git#egg=a&subdirectory=s",
        ),
    ],
)
def test_an_address_names_its_distribution(text: str, name: str, target: str) -> None:
    line = only(text)

    assert (line.kind, line.name, line.target) == ("named", name, target)


@pytest.mark.parametrize(
    ("text", "target", "extras", "name"),
    [
        ("./libs/foo", "./libs/foo", (), ""),
        (".", ".", (), ""),
        ("-e .", ".", (), ""),
        ("-e .[dev,test]", ".", ("dev", "test"), ""),
        ("-e libs", "libs", (), ""),
        ("--editable ../shared", "../shared", (), ""),
        ("-e'./lib s'", "./lib s", (), ""),
        ("libs/foo[x]", "libs/foo", ("x",), ""),
        ("/app/libs/foo", "/app/libs/foo", (), ""),
        ("file:./libs/foo", "file:./libs/foo", (), ""),
        ("file:///app/foo#egg=foo", "file:///app/foo#egg=foo", (), "foo"),
        ("foo @ file:///app/foo", "file:///app/foo", (), "foo"),
        ("vendor/foo-1.0-py3-none-any.whl", "vendor/foo-1.0-py3-none-any.whl", (), "foo"),
        ("foo-1.0.tar.gz", "foo-1.0.tar.gz", (), ""),
    ],
)
def test_a_local_project_or_archive_is_a_path(
    text: str, target: str, extras: tuple[str, ...], name: str
) -> None:
    line = only(text)

    assert (line.kind, line.target, line.extras, line.name) == ("path", target, extras, name), line.reason


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("-r base.txt", "include", "base.txt"),
        ("-rbase.txt", "include", "base.txt"),
        ("--requirement base.txt", "include", "base.txt"),
        ("--requirement=base.txt", "include", "base.txt"),
        ("--requirem base.txt", "include", "base.txt"),
        ('-r "with space.txt"', "include", "with space.txt"),
        ("-c limits.txt", "constrain", "limits.txt"),
        ("--constraint limits.txt", "constrain", "limits.txt"),
        ("-i https://x.test/simple", "option", "https://x.test/simple"),
        ("--extra-index-url https://x.test/simple", "option", "https://x.test/simple"),
        ("--find-links ./wheels", "option", "./wheels"),
        ("--no-binary :all:", "option", ":all:"),
        ("--pre", "option", ""),
        ("--trusted-host x.test", "option", "x.test"),
    ],
)
def test_an_option_line_is_read(text: str, kind: str, target: str) -> None:
    assert (only(text).kind, only(text).target) == (kind, target)


@pytest.mark.parametrize(
    ("text", "reason", "name"),
    [
        ("flask=1.0", "== may be meant", "flask"),
        ("flask==1.0==", "", "flask"),
        ("pytz==2004d", "", "pytz"),
        ("flask>=1.0[async]", "", "flask"),
        ("flask requests", "", "flask"),
        ("${NAME}==1.0", "variable", ""),
        ("flask==${VERSION}", "variable", "flask"),
        ("flask; python_version =< '3'", "", "flask"),
        ("git+https://x.test/r.git", "#egg=NAME", ""),
        ("-Z", "not an option", ""),
        ("--use-mirrors", "not an option", ""),
        ("--pre flask", "pip passes over 'flask'", ""),
        ("-r", "has no value", ""),
        ("-r 'a", "closing quotation", ""),
        ("<<<<<<< HEAD", "", ""),
        ("======", "", ""),
        ("[tool.poetry]", "", ""),
        ("pip install flask", "", "pip"),
        ("--pre=yes", "takes no value", ""),
    ],
)
def test_what_pip_refuses_is_unreadable_with_a_reason(text: str, reason: str, name: str) -> None:
    line = only(text)

    assert (line.kind, line.name, line.raw) == ("unreadable", name, text)
    assert line.reason
    assert reason in line.reason


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("flask=1.0", True),
        ("flask==1.0==", True),
        ("flask==", True),
        ("google - auth", False),
        ("pip install flask", True),
        ("<<<<<<< HEAD", True),
        ("flask; python_version =< '3'", True),
        ("import flask", True),
        ("flask==${VERSION}", False),
        ("git+https://x.test/r.git", False),
        ("--an-option-of-tomorrow", False),
        ("--pre flask", False),
        ("pytz==2004d", False),
        ("flask>=1.*,<dev", False),
        ("x[a] (>=dev) ; python_version > '3'", False),
    ],
)
def test_a_line_is_refused_where_every_pip_would_refuse_it(text: str, refused: bool) -> None:
    assert only(text).refused is refused


def test_lines_are_joined_and_counted_as_pip_does() -> None:
    text = "# head\n\nflask==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nrequests \\\n# ends it\nsix\\"

    parsed = parse_requirements(text.encode())

    assert [(line.line, line.text) for line in parsed.lines] == [
        (3, "flask==1.0"),
        (6, "requests"),
        (8, "six"),
    ]
    assert parsed.hashed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_marks_and_line_endings_do_not_matter(encoding: str, ending: str) -> None:
    content = ending.join(["flask==1.0", "# ä", "six", ""]).encode(encoding)

    assert [line.text for line in parse_requirements(content).lines] == ["flask==1.0", "six"]


def test_a_coding_comment_decides_the_encoding() -> None:
    parsed = parse_requirements("# -*- coding: latin-1 -*-\nflask  # für uns\n".encode("latin-1"))

    assert (parsed.reason, [line.name for line in parsed.lines]) == ("", ["flask"])


def test_bytes_that_do_not_fit_are_told_and_the_rest_is_read() -> None:
    parsed = parse_requirements(b"flask\n# f\xfcr uns\nsix\n")

    assert "utf-8" in parsed.reason
    assert [line.name for line in parsed.lines] == ["flask", "six"]


@pytest.mark.parametrize(
    "header",
    [
        "# This file is autogenerated by pip-compile with Python 3.11",
        "# This file was autogenerated by uv via the following command:",
    ],
)
def test_a_generated_file_is_known_as_such(header: str) -> None:
    assert parse_requirements(f"#\n{header}\nflask==1.0\n".encode()).generated
    assert not parse_requirements(b"# ours\nflask==1.0\n").generated


def test_a_parsed_file_can_be_kept_as_json() -> None:
    parsed = parse_requirements(b"a[x]==1\n-r b.txt\n-e .\n!!\n")

    assert ParsedFile.thawed(json.loads(json.dumps(parsed))) == parsed
