"""History on real repositories: names of commits, ancestry, ranges, and what each commit changed."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployguard.model.errors import SourceError
from deployguard.source.changes import brought_by, told_by
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from deployguard.source.history import History, Lost
from deployguard.source.lazy import Trees
from deployguard.source.tips import tip_of
from tests.repositories import git, head, make_repository

pytestmark = pytest.mark.slow
Opening = Callable[[Path], History]


@pytest.fixture
def opened() -> Iterator[Opening]:
    made: list[History] = []

    def opening(folder: Path) -> History:
        made.append(History(open_repository(folder)))
        return made[-1]

    yield opening
    for history in made:
        history.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", [])


def commit(folder: Path, message: str = "More", **texts: str) -> str:
    for name, text in texts.items():
        (folder / name).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return head(folder)


def shas(folder: Path, *arguments: str) -> list[str]:
    return git(folder, "rev-list", *arguments).split()


def lost(found: str | Lost) -> str:
    assert isinstance(found, Lost)
    return found.kind


def test_a_commit_by_its_whole_id_by_a_part_and_in_capitals(folder: Path, opened: Opening) -> None:
    sha = commit(folder)
    history = opened(folder)
    assert [history.commit(text) for text in (sha, sha[:7], sha[:12].upper())] == [sha] * 3


@pytest.mark.parametrize("text", ["main", "HEAD", "HEAD~1", "", "--all", "a\nb", "latest", "v1.2.3", "abc"])
def test_what_is_no_id_names_no_commit(folder: Path, opened: Opening, text: str) -> None:
    assert lost(opened(folder).commit(text)) == "unreadable"


def test_an_id_that_is_not_there_and_one_of_a_file(folder: Path, opened: Opening) -> None:
    commit(folder, a="1")
    blob = git(folder, "rev-parse", "HEAD:a").strip()
    history = opened(folder)
    assert lost(history.commit("0123456789abcdef")) == "absent"
    assert lost(history.commit(blob)) == "absent"


def test_two_commits_that_begin_alike_are_ambiguous(folder: Path, opened: Opening) -> None:
    lines = [
        f"commit refs/heads/many\ncommitter a <a@b> {n} +0000\ndata 1\n{n % 10}\n" for n in range(1, 2000)
    ]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input="".join(lines), text=True, check=True)
    every = shas(folder, "many")
    starts = [sha[:4] for sha in every]
    alike = next(start for start in starts if starts.count(start) > 1)
    assert lost(opened(folder).commit(alike)) == "ambiguous"


def test_a_tag_that_looks_like_an_id_does_not_stand_in_for_the_commit(folder: Path, opened: Opening) -> None:
    first, second = commit(folder), commit(folder, a="2")
    git(folder, "tag", first[:7], second)
    assert opened(folder).commit(first[:7]) == first


def test_ancestry_and_ranges_agree_with_git(folder: Path, opened: Opening) -> None:
    """Random histories with merges, octopus merges and unrelated roots."""
    chance = random.Random(3)  # noqa: S311
    lines, number = [], 60
    for n in range(1, number + 1):
        parents = chance.sample(range(1, n), min(n - 1, chance.choice([0, 1, 1, 1, 2, 3]))) if n > 1 else []
        lines.append(
            f"commit refs/heads/b{n}\nmark :{n}\ncommitter a <a@b> {chance.randint(1, 99)} +0000\ndata 1\n.\n"
        )
        lines += [f"{'from' if at == 0 else 'merge'} :{parent}\n" for at, parent in enumerate(parents)]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input="".join(lines), text=True, check=True)
    tips = [git(folder, "rev-parse", f"b{n}").strip() for n in range(1, number + 1)]
    for size in (2, 5, 60):
        chosen = chance.sample(tips, size)
        history = opened(folder)
        history.load(chosen)
        for base in chosen[:8]:
            for tip in chosen[:8]:
                apart = history.apart(base, tip)
                assert sorted(apart.head_only) == sorted(shas(folder, f"{base}..{tip}"))
                assert sorted(apart.base_only) == sorted(shas(folder, f"{tip}..{base}"))
                assert not apart.cut


def test_a_commit_says_who_when_and_what(folder: Path, opened: Opening) -> None:
    base = head(folder)
    sha = commit(folder, "Zähle: größer\n\nMore words.", a="1")
    history = opened(folder)
    history.load([base, sha])
    node = history.node(sha)
    assert node is not None
    assert (node.author, node.subject, node.parents) == ("Ana", "Zähle: größer", (base,))
    assert node.date.utcoffset() is not None


def test_changed_paths_of_plain_root_and_renaming_commits(folder: Path, opened: Opening) -> None:
    first = commit(folder, a="1", **{"ä ö": "2"})
    (folder / "a").rename(folder / "b")
    second = commit(folder)
    history = opened(folder)
    root = shas(folder, "--max-parents=0", "HEAD")[0]
    found = history.changes([first, second, root])
    assert [sorted(brought_by(found[sha])) for sha in (first, second, root)] == [["a", "ä ö"], ["a", "b"], []]


def test_a_merge_tells_what_it_has_from_no_parent(folder: Path, opened: Opening) -> None:
    commit(folder, a="0", b="0")
    git(folder, "checkout", "--quiet", "-b", "side")
    commit(folder, a="side")
    git(folder, "checkout", "--quiet", "main")
    commit(folder, b="main")
    git(folder, "merge", "--quiet", "--no-commit", "side")
    merge = commit(folder, "Merge", c="evil")
    changes = opened(folder).changes([merge])[merge]
    assert (set(told_by(changes, 2)), set(brought_by(changes))) == ({"c"}, {"a", "b", "c"})


def test_a_merge_that_takes_one_side_tells_nothing_and_brings_the_other(
    folder: Path, opened: Opening
) -> None:
    commit(folder, a="0")
    git(folder, "checkout", "--quiet", "-b", "side")
    commit(folder, a="side")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "-s", "ours", "side", "-m", "Drop")
    merge = head(folder)
    changes = opened(folder).changes([merge])[merge]
    assert (dict(told_by(changes, 2)), set(brought_by(changes))) == ({}, {"a"})


def test_a_shallow_clone_knows_where_it_ends(folder: Path, tmp_path: Path, opened: Opening) -> None:
    every = [commit(folder, a=str(n)) for n in range(5)]
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{folder}", "shallow")
    history = opened(tmp_path / "shallow")
    assert lost(history.commit(every[0])) == "shallow"
    assert history.cut_at == {every[3]}
    history.load([every[3], every[4]])
    apart = history.apart(every[3], every[4])
    assert (apart.head_only, apart.cut) == ((every[4],), False)


def test_a_linked_work_tree_of_a_shallow_clone_is_shallow(
    folder: Path, tmp_path: Path, opened: Opening
) -> None:
    first = commit(folder, a="1")
    commit(folder, a="2")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{folder}", "shallow")
    git(tmp_path / "shallow", "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert lost(opened(tmp_path / "linked").commit(first)) == "shallow"


def test_variables_of_another_repository_mislead_nothing(
    folder: Path, tmp_path: Path, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = commit(folder, a="1")
    other = make_repository(tmp_path / "other", [])
    for name, at in (
        ("GIT_DIR", ".git"),
        ("GIT_OBJECT_DIRECTORY", ".git/objects"),
        ("GIT_COMMON_DIR", ".git"),
    ):
        monkeypatch.setenv(name, str(other / at))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    history = opened(folder)
    assert (history.commit(sha), history.named("HEAD")) == (sha, sha)
    history.load([sha])
    assert set(history.changes([sha])[sha][0]) == {"a"}


def test_lazy_trees_agree_with_whole_ones(folder: Path, opened: Opening) -> None:
    (folder / "x/y").mkdir(parents=True)
    (folder / "x/y/z.py").write_text("1")
    (folder / "x/run.sh").write_text("2")
    (folder / "x/run.sh").chmod(0o755)
    (folder / "link").symlink_to("x/y")
    sha = commit(folder, **{"ä": "3"})
    lazy, whole = Trees(opened(folder)).at(sha), commit_tree(open_repository(folder), "HEAD")
    assert dict(lazy.entries) == dict(whole.entries)
    for path in ("", "x", "x/y", "x/y/z.py", "link", "link/z.py", "no", "x/no/no"):
        assert (lazy.is_folder(path), lazy.children(path), lazy.entry(path)) == (
            whole.is_folder(path),
            whole.children(path),
            whole.entry(path),
        )
    assert lazy.link_target("link") == "x/y"
    assert list(lazy.below("x")) == list(whole.below("x"))
    entry = lazy.entries["x/y/z.py"]
    assert lazy.content(entry) == b"1"


def test_a_repository_of_sha256_ids(tmp_path: Path, opened: Opening) -> None:
    folder = tmp_path / "wide"
    folder.mkdir()
    git(folder, "init", "--quiet", "--object-format=sha256", "--initial-branch", "main")
    sha = commit(folder, a="1")
    history = opened(folder)
    assert history.commit(sha[:9]) == sha
    assert dict(Trees(history).at(sha).entries) == dict(commit_tree(open_repository(folder), "HEAD").entries)
    assert set(history.changes([sha])[sha][0]) == {"a"}


def test_an_empty_repository_has_no_tip(tmp_path: Path, opened: Opening) -> None:
    git(tmp_path, "init", "--quiet")
    with pytest.raises(SourceError, match="no commit yet"):
        tip_of(opened(tmp_path), "main")


def test_sixty_commits_cost_as_many_processes_as_two(
    folder: Path, tmp_path: Path, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [commit(folder, a=str(n)) for n in range(60)]
    counted = []
    for chosen in (every[-2:], every):
        log = tmp_path / f"trace{len(chosen)}"
        monkeypatch.setenv("GIT_TRACE", str(log))
        history = opened(folder)
        known = [found for sha in chosen if isinstance(found := history.commit(sha[:10]), str)]
        history.load(known)
        trees = Trees(history)
        for sha in known:
            history.apart(sha, known[-1])
            assert trees.at(sha).entry("a")
        history.changes(known)
        monkeypatch.delenv("GIT_TRACE")
        text = log.read_text()
        counted.append(sum("trace: built-in: git" in line for line in text.splitlines()))
    assert counted[0] == counted[1] <= 5
    assert os.environ.get("GIT_TRACE") is None


@pytest.fixture
def blobless(folder: Path, tmp_path: Path) -> Path:
    """A bare clone without contents of a repository of two commits of ten files each."""
    for number in range(2):
        commit(folder, **{f"f{at}": f"{number} {at}" for at in range(10)})
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        git(folder, "config", key, "true")
    git(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{folder}", "partial")
    return tmp_path / "partial"


def test_a_partial_clone_fetches_many_contents_in_one_request(blobless: Path, opened: Opening) -> None:
    history = opened(blobless)
    tree = Trees(history).at(str(history.named("HEAD")))
    contents = tree.contents(entry.blob for entry in tree.entries.values())
    assert sorted(filter(None, contents.values())) == [f"1 {at}".encode() for at in range(10)]
    assert history.promised is not None
    assert history.promised.requests == 1


def test_what_was_read_of_one_commit_is_fetched_for_another_at_once(blobless: Path, opened: Opening) -> None:
    history = opened(blobless)
    trees, now, then = Trees(history), str(history.named("HEAD")), str(history.named("HEAD~1"))
    trees.at(now).contents(trees.at(now).entries[f"f{at}"].blob for at in range(5))
    trees.bring_alike(now, [then])
    assert [trees.at(then).content(trees.at(then).entries[f"f{at}"]) for at in range(5)] == [
        f"0 {at}".encode() for at in range(5)
    ]
    assert history.promised is not None
    assert history.promised.requests == 2


def test_a_partial_clone_whose_remote_is_gone_lacks_contents_and_says_why(
    blobless: Path, opened: Opening
) -> None:
    git(blobless, "remote", "set-url", "origin", f"file://{blobless}-gone")
    history = opened(blobless)
    tree = Trees(history).at(str(history.named("HEAD")))
    assert tree.contents([tree.entries["f1"].blob])[tree.entries["f1"].blob] is None
    assert history.promised is not None
    assert "did not give what this partial clone lacks" in history.promised.failure
    history.load([str(history.named("HEAD")), str(history.named("HEAD~1"))])
    assert len(history.changes([str(history.named("HEAD"))])[str(history.named("HEAD"))][0]) == 10
