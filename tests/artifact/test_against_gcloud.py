"""Predictions against the SDK's own code, on patterns and trees that nobody thought of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployguard.artifact.gcloud import GcloudZip, gcloud_zip
from deployguard.artifact.ignore import upload_rules
from deployguard.model.problem import ProblemKind
from deployguard.source.tree import SourceTree
from tests.artifact.gcloud_oracle import Oracle, oracle
from tests.trees import Link, tree_of

pytestmark = pytest.mark.slow

Files = Mapping[str, str | bytes | Link]

NAMES = ("a", "b", "ab", "main.py", "x.py", ".x", "é", "c d", "a*", "[ab]", "a\\b", "node_modules", "-")
BARE_PARTS = r"* ** ? *.py [ab] [!a] [a-c] [ [] [!] . .. \* \!a"
PARTS = (*NAMES, "", *BARE_PARTS.split())
BARE_LINES = r"""
    * !* /* / // **/ /** !. !./ */ !*/ *.* **/a a/** a/**/b */b #a \#a ! !#a a\ a\\ \a \\a !a !a/ !/a !!a a//b ./a a/.
    !main.py /main.py a** **a/b */**/b *b
"""
SPACED_LINES = (
    "a ",
    "a\\ ",
    "a\\  ",
    "a\\\\ ",
    "a/ ",
    " a",
    "\ta",
    "** ",
    "\ufeffa",
    r"c\ d",
    r"c\\ d",
    r"c\\\ d",
)
BARE_PATHS = r"a b ab a/b ab/b b/a/b x/a/b xy/a/b -/b #a !a a\ main.py ."
PATHS = (*BARE_PATHS.split(), "a ", " a", "c d", r"c\ d", r"c\\ d")
LINES = (*BARE_LINES.split(), *SPACED_LINES)

names = st.sampled_from(NAMES)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
made_lines = st.builds(
    lambda sign, parts, end: sign + "/".join(parts) + end,
    st.sampled_from(["", "!", "/", "!/"]),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=4),
    st.sampled_from(["", "", "/", " ", "\\", "\t"]),
)
lines = st.one_of(st.sampled_from(LINES), made_lines, st.text("ab*?[]!/\\ #.-", max_size=8))
ignore_files = st.builds(
    lambda some, end: "".join(line + end for line in some),
    st.lists(lines, max_size=6),
    st.sampled_from(["\n", "\r\n", "\x0c", "\x85"]),
)


@pytest.fixture(scope="module")
def gcloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    with oracle(tmp_path_factory.mktemp("cloudsdk")) as judge:
        yield judge


def compare_matches(gcloud: Oracle, text: str, asked: list[tuple[str, bool]]) -> None:
    answer = gcloud.ask(do="match", text=text, paths=asked)
    rules = upload_rules(tree_of({"f/.gcloudignore": text}), "f")
    if "error" in answer:
        assert rules.problems, (text, answer)
        return
    assert not rules.problems
    for (path, is_folder), included in zip(asked, answer["included"], strict=True):
        assert (rules.match(path, is_folder) is None) == included, (text, path, is_folder)


@settings(max_examples=100, deadline=None)
@given(text=ignore_files, asked=st.lists(st.tuples(paths, st.booleans()), min_size=1, max_size=20))
def test_any_pattern_excludes_what_gcloud_excludes(
    gcloud: Oracle, text: str, asked: list[tuple[str, bool]]
) -> None:
    compare_matches(gcloud, text, [*asked, (".", False), ("./main.py", False)])


@pytest.mark.parametrize("before", ["", "*\n", "a\n"])
@pytest.mark.parametrize("line", LINES)
def test_each_odd_line_excludes_what_gcloud_excludes(gcloud: Oracle, line: str, before: str) -> None:
    asked = [(path, is_folder) for path in PATHS for is_folder in (False, True)]
    compare_matches(gcloud, before + line, asked)


FOLDERS: list[Files] = [
    {"f/a.pyc": "", "f/.gitignore": "*.pyc\n!.gcloudignore\n"},
    {"f/a.pyc": "", ".gitignore": "*.pyc\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:.gitignore\n!a\n", "f/.gitignore": "a\n#!include:other\n"},
    {"f/a": "", "f/.gcloudignore": "#  !include:rules\n", "f/rules": "a\r\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:rules \n", "f/rules": "a\n"},
    {"f/a": "", "f/.gcloudignore": "# see !include:rules\n", "f/rules": "a\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:missing\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:../rules\n", "rules": "a\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:rules\n", "f/rules": "#!include:../rules\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:..\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:.gcloudignore\na\n"},
    {"f/a": "", "f/.gcloudignore": b"\xff\na\n"},
    {"f/a": "", "f/.gcloudignore": "#!include:rules\n", "f/rules": b"\xff"},
    {"f/a": "", "f/.gcloudignore": b"\xef\xbb\xbfa\nb\n"},
    {"f/a": "", "f/.gcloudignore": Link("../rules"), "rules": "a\n"},
    {"f/a": "", "f/.gcloudignore": Link("../rules"), "rules": "#!include:more\n", "more": "a\n"},
    {"f/a": "", "f/.gcloudignore": Link("missing"), "f/.gitignore": "a\n"},
    {"f/a": "", "f/.gcloudignore": Link(".gcloudignore"), "f/.gitignore": "a\n"},
    {"f/a": "", "f/.gcloudignore/b": "", "f/.gitignore": "a\n"},
    {"f/a": "", "f/.gitignore": Link("missing")},
    {"f/a": "", "f/.gitignore/b": ""},
    {"f/a": "", "f/.gcloudignore": "", "f/.gitignore": "a\n"},
    {"f/a": "", "f/node_modules/b/.gitignore": ""},
    {"f/a": "", "f/b/.gitignore": "", "f/b/.gcloudignore": ""},
]


@pytest.mark.parametrize("files", FOLDERS, ids=lambda files: repr(files)[:80])
def test_the_ignore_file_is_found_and_read_as_gcloud_does(gcloud: Oracle, files: Files) -> None:
    asked = ["a", "a.pyc", "b", "b/a", "b/.gitignore", "node_modules/b", ".gcloudignore", ".gitignore"]
    with TemporaryDirectory() as at:
        write(Path(at), files)
        answer = gcloud.ask(do="match", folder=f"{at}/f", paths=[(path, False) for path in asked])
    rules = upload_rules(tree_of(files), "f")
    if "error" in answer:
        assert rules.problems, answer
    else:
        assert not rules.problems
        assert [rules.match(path) is None for path in asked] == answer["included"]


TARGETS = (
    *(
        "main.py",
        "../shared/s.py",
        "../shared",
        "pkg",
        "pkg/x.py",
        "pkg/../main.py",
        "../f/main.py",
        "missing",
    ),
    *(
        ".",
        "..",
        "a",
        "b",
        "ab",
        "a/b",
        "x.py",
        "../a",
        "loop",
        "../shared/missing",
        "../missing/../f/main.py",
    ),
    *(
        "../../outside.py",
        "../../missing.py",
        "../..",
        "/etc/passwd",
        "/missing/x",
        "main.py/x",
        "./././main.py",
    ),
)
leaves = st.one_of(st.sampled_from(["", "one", "two"]), st.sampled_from(TARGETS).map(Link))
tree_names = st.sampled_from((*NAMES, "pkg", "loop", "__init__.py", ".gitignore", "n\udcff"))
tree_paths = st.lists(tree_names, min_size=1, max_size=3).map("/".join)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str | bytes | Link]:
    """A function folder `f` beside `shared`, with links of every kind."""
    files: dict[str, str | bytes | Link] = {"f/main.py": "main", "f/requirements.txt": "", "shared/s.py": "s"}
    if draw(st.booleans()):
        files["f/.gcloudignore"] = draw(ignore_files)
    elif draw(st.booleans()):
        files["f/.gitignore"] = draw(ignore_files)
    if draw(st.integers(0, 9)) == 7:
        del files["f/main.py"]
    for path, leaf in draw(st.dictionaries(tree_paths, leaves, max_size=8)).items():
        add(files, f"f/{path}", leaf)
    return files


def add(files: dict[str, str | bytes | Link], path: str, leaf: str | Link) -> None:
    """A path is a file or a folder, never both."""
    above = path
    while above:
        if above in files:
            return
        above = above.rpartition("/")[0]
    if not any(other.startswith(f"{path}/") for other in files):
        files[path] = leaf


def write(top: Path, files: Files) -> None:
    for path, value in files.items():
        at = top / path
        at.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(value, Link):
            at.symlink_to(value.target)
        else:
            at.write_bytes(value if isinstance(value, bytes) else value.encode())


def compare_zip(gcloud: Oracle, files: Files, folder: str) -> None:
    with TemporaryDirectory() as at:
        top = Path(at) / "repository"
        write(top, files)
        (Path(at) / "outside.py").write_text("outside")
        if not folder:
            (top / ".git").mkdir()
        answer = gcloud.ask(do="zip", folder=str(top / folder))
    tree = tree_of(files)
    predicted = gcloud_zip(tree, folder)
    unknowable = {problem.subject for problem in predicted.problems if problem.kind in UNKNOWABLE}
    if "error" in answer:
        assert predicted.stops or unknowable, answer
        return
    assert not predicted.stops, (predicted.problems, answer)
    written = {".gcloudignore"} - {path.removeprefix(f"{folder}/") for path in files}
    arrived = {
        name: digest
        for name, digest in answer["files"].items()
        if (f"{folder}/{name}" if folder else name) not in unknowable and name not in written
    }
    assert contents(tree, predicted) == arrived
    assert list(predicted.folders) == [name for name in answer["folders"] if name != ".git"]


UNKNOWABLE = {ProblemKind.LINK_ABSOLUTE, ProblemKind.LINK_OUTSIDE}


def contents(tree: SourceTree, predicted: GcloudZip) -> dict[str, str]:
    return {
        name: hashlib.sha256(tree.content(tree.entries[origin])).hexdigest()
        for name, origin in predicted.files.items()
    }


@settings(max_examples=100, deadline=None)
@given(files=projects())
def test_any_folder_is_packed_as_gcloud_packs_it(gcloud: Oracle, files: Files) -> None:
    compare_zip(gcloud, files, "f")


WHOLE: Files = {"f/main.py": "main", "f/requirements.txt": "", "f/pkg/x.py": "x", "shared/s.py": "s"}
CASES: dict[str, Files] = {
    "link to a file": {"f/s.py": Link("../shared/s.py")},
    "link to a folder": {"f/linked": Link("../shared")},
    "link to the folder around it": {"f/pkg/up": Link("..")},
    "dangling": {"f/gone.py": Link("../shared/gone.py")},
    "dangling but ignored": {"f/gone.py": Link("../shared/gone.py"), "f/.gcloudignore": "gone.py\n"},
    "loop": {"f/a": Link("b"), "f/b": Link("a")},
    "outside": {"f/o.py": Link("../../outside.py")},
    "absolute": {"f/o.py": Link("/etc/passwd")},
    "folder pattern": {"f/.gcloudignore": "pkg/\n"},
    "whitelist": {"f/.gcloudignore": "*\n!main.py\n!requirements.txt\n"},
    "whitelist from the top": {"f/.gcloudignore": "/*\n!main.py\n"},
    "whitelist with the top": {"f/.gcloudignore": "*\n!.\n!main.py\n"},
    "whitelist with folders": {"f/.gcloudignore": "*\n!*/\n!*.py\n"},
    "not a pattern for folders": {"f/.gcloudignore": "*/\n"},
    "name that is not UTF-8": {"f/n\udcff.py": ""},
    "folder that is not UTF-8": {"f/n\udcff/a.py": "", "f/.gcloudignore": "n*/\n"},
    "ignored, not UTF-8": {"f/n\udcff.py": "", "f/.gcloudignore": "n*\n"},
    "bytes in the ignore file": {"f/.gcloudignore": b"\xff\n"},
    "git's own": {"f/.gitignore": "*.py\n", "f/pkg/.gitignore": "x\n"},
    "empty name pattern": {"f/.gcloudignore": "/\n!/\n"},
}


@pytest.mark.parametrize("folder", ["f", ""])
@pytest.mark.parametrize("case", CASES)
def test_known_surprises(gcloud: Oracle, case: str, folder: str) -> None:
    files = {**WHOLE, **CASES[case]}
    if not folder:
        files = {path.removeprefix("f/"): value for path, value in files.items()}
    compare_zip(gcloud, files, folder)


@pytest.mark.parametrize("missing", ["main.py", "requirements.txt"])
def test_a_source_without_what_python_needs_is_refused(gcloud: Oracle, missing: str) -> None:
    files = {path: value for path, value in WHOLE.items() if path != f"f/{missing}"}
    compare_zip(gcloud, files, "f")
    assert gcloud_zip(tree_of(files), "f").stops


def test_a_linked_source_folder_is_followed(gcloud: Oracle) -> None:
    compare_zip(gcloud, {**WHOLE, "g": Link("f")}, "g")
