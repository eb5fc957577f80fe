from __future__ import annotations

import pytest

from deployguard.artifact.dockerfile.dockerignore import read_ignore


def kept_out(text: str, path: str) -> bool:
    return read_ignore(".dockerignore", text).excludes(path) is not None


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("shared", "shared/a.py", True),
        ("shared", "lib/shared/a.py", False),  # unlike .gitignore, a name is anchored at the top
        ("/shared/", "shared/a.py", True),
        ("./shared", "shared/a.py", True),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/a/README.md", True),
        ("**/*.md", "README.md", True),
        ("**/tests", "a/tests/x.py", True),
        ("**tests", "a/mytests", True),
        ("docs/**", "docs/a/b", True),
        ("docs/**", "docs", False),
        ("**", "anything/at/all", True),
        ("*", "a/b.py", True),
        ("*\n!app", "app/main.py", False),
        ("*\n!app/main.py", "app/main.py", False),
        ("*\n!app/main.py", "app/other.py", True),
        ("!app\n*", "app/main.py", True),
        ("app\n!app/keep\napp/keep/not", "app/keep/not", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a[b-d]c", "acc", True),
        ("a[^b]c", "abc", False),
        (r"\!odd", "!odd", True),
        ("# shared", "shared", False),
        ("  shared  ", "shared", True),
        ("a.b", "axb", False),
        ("a/*/c", "a/b/c/d", True),
        ("a/**/c", "a/c", True),
        ("../x", "x", False),
        ("\ufeffshared", "shared/a", True),
        ("foo+(bar)", "foo+(bar)", True),
    ],
)
def test_as_docker_reads_it(text: str, path: str, expected: bool) -> None:
    assert kept_out(text, path) is expected


def test_the_deciding_line_is_named() -> None:
    place = read_ignore("x/.dockerignore", "*.py\n\nml\n").excludes("ml/model.py")
    assert place == ("x/.dockerignore", 3)


@pytest.mark.parametrize("text", ["[", "a[", "[]", "a[b-", "!", "x\\"])
def test_what_docker_refuses_is_remembered(text: str) -> None:
    assert read_ignore(".dockerignore", text).bad == (1,)
