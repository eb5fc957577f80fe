"""Contents by id, where some are not in this clone."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.model.errors import SourceError
from deployguard.source.blobs import GitBlobs
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from tests.repositories import SampleFile, git, make_repository
from tests.source.test_git import repository_in


def loose(top: Path, blob: str) -> Path:
    return top / ".git/objects" / blob[:2] / blob[2:]


def test_contents_come_back_whole_whatever_they_hold(tmp_path: Path) -> None:
    top = repository_in(tmp_path, "-- empty --\n-- lines --\na\nb\n")
    (top / "binary").write_bytes(b"\0\n missing\n" + bytes(range(256)) * 300)
    git(top, "add", "--all")
    ids = [git(top, "hash-object", name).strip() for name in ("empty", "binary", "lines")]
    found = GitBlobs(open_repository(top)).read([*ids, ids[0]])
    assert [found[blob] for blob in ids] == [b"", (top / "binary").read_bytes(), b"a\nb\n"]


def test_a_missing_or_broken_object_is_none_and_takes_no_other_with_it(tmp_path: Path) -> None:
    top = repository_in(tmp_path, "-- a --\n1\n-- b --\n2\n-- c --\n3\n-- d --\n4\n")
    ids = [git(top, "hash-object", name).strip() for name in "abcd"]
    loose(top, ids[0]).unlink()
    loose(top, ids[2]).chmod(0o644)
    loose(top, ids[2]).write_bytes(b"no zlib stream")
    found = GitBlobs(open_repository(top)).read(ids)
    assert [found[blob] for blob in ids] == [None, b"2\n", None, b"4\n"]
    tree = commit_tree(open_repository(top), "HEAD")
    with pytest.raises(SourceError, match=r"not in this clone; fetch it"):
        tree.content(tree.entries["a"])


def test_a_blobless_clone_without_its_origin_lacks_blobs_and_asks_nobody(tmp_path: Path) -> None:
    files = [SampleFile(f"file{number}", f"{number}\n", None, False) for number in range(300)]
    origin = make_repository(tmp_path / "origin", files)
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", origin.as_uri(), "partial")
    repository = open_repository(tmp_path / "partial")
    before = sorted((tmp_path / "partial").rglob("*"))
    tree = commit_tree(repository, "main")
    found = tree.contents(entry.blob for entry in tree.entries.values())
    assert len(found) == 300
    assert set(found.values()) == {None}
    assert sorted((tmp_path / "partial").rglob("*")) == before, (
        "it fetched, though the origin was there to ask"
    )


def test_a_partial_clone_gives_what_it_has(tmp_path: Path) -> None:
    origin = repository_in(tmp_path / "origin")
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", origin.as_uri(), "partial")
    git(tmp_path / "partial", "checkout", "--quiet", "main", "--", "lib/a.py")
    origin.rename(tmp_path / "elsewhere")
    tree = commit_tree(open_repository(tmp_path / "partial"), "main")
    found = {path: tree.contents([entry.blob])[entry.blob] for path, entry in tree.entries.items()}
    assert found == {"main.py": None, "lib/a.py": b"1\n"}
