"""A repository by its address: without contents at first, never stale, and its password never seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deployguard.model.errors import SourceError
from deployguard.source.branch import default_branch
from deployguard.source.clone import cloned
from deployguard.source.history import History
from deployguard.source.remote_url import remote_url
from tests.repositories import git, head, make_repository, sample_files

_FILES = """\
-- a.txt --
first
-- b.txt --
second
"""


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEPLOYGUARD_CACHE_DIR", str(tmp_path / "cache"))
    top = make_repository(tmp_path / "remote", list(sample_files(_FILES)))
    git(top, "config", "uploadpack.allowFilter", "true")
    git(top, "config", "uploadpack.allowAnySHA1InWant", "true")
    return top


def blob(top: Path, path: str) -> str:
    return git(top, "rev-parse", f"HEAD:{path}").strip()


def test_contents_come_when_asked_for_and_in_one_request(remote: Path) -> None:
    history = History(cloned(remote.as_uri()))
    wanted = [blob(remote, "a.txt"), blob(remote, "b.txt")]
    try:
        assert history.promised is not None
        assert not any(map(history.promised.has, wanted))
        assert list(history.objects(wanted).values()) == [b"first\n", b"second\n"]
        assert history.promised.requests == 1
    finally:
        history.close()


def test_it_follows_the_remote(remote: Path) -> None:
    repository = cloned(str(remote))
    assert default_branch(repository) == "main"
    git(remote, "commit", "--quiet", "--allow-empty", "--message", "Next")
    git(remote, "branch", "side")
    again = cloned(str(remote))
    assert again.git_dir == repository.git_dir
    assert (
        again.run("rev-parse", "HEAD", "refs/remotes/origin/main", "side").decode().split()
        == [head(remote)] * 3
    )
    git(remote, "branch", "--delete", "side")
    git(remote, "branch", "--move", "main", "trunk")
    last = cloned(str(remote))
    assert default_branch(last) == "trunk"
    assert last.attempt("rev-parse", "--verify", "--quiet", "side").returncode


def test_a_history_that_was_rewritten_is_taken_as_it_is(remote: Path) -> None:
    cloned(str(remote))
    git(remote, "commit", "--quiet", "--amend", "--message", "Begin again")
    assert cloned(str(remote)).run("rev-parse", "HEAD").decode().strip() == head(remote)


def test_what_was_fetched_before_is_not_taken_for_the_truth(remote: Path) -> None:
    cloned(str(remote))
    remote.rename(remote.with_name("elsewhere"))
    with pytest.raises(SourceError, match="cannot be fetched"):
        cloned(str(remote))


def test_a_run_that_was_killed_half_way_is_made_good(remote: Path) -> None:
    folder = cloned(str(remote)).git_dir
    (folder / "HEAD").unlink()
    (folder / "config").unlink()
    (folder / "packed-refs.lock").touch()
    (folder / "refs/heads/main.lock").touch()
    git(remote, "commit", "--quiet", "--allow-empty", "--message", "Next")
    assert cloned(str(remote)).run("rev-parse", "HEAD").decode().strip()


@pytest.mark.slow
def test_runs_at_one_time_share_it(remote: Path) -> None:
    code = "import sys; from deployguard.source.clone import cloned; print(cloned(sys.argv[1]).run('rev-parse', 'HEAD'))"
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(remote)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = {run.communicate(timeout=60)[0] for run in runs}
    assert len(said) == 1
    assert head(remote) in said.pop()


@pytest.mark.usefixtures("remote")
def test_a_password_is_neither_said_nor_stored(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        cloned("https://ana:s3cr3t@127.0.0.1:9/team/code.git?token=t0k3n")
    assert str(refused.value).startswith("https://127.0.0.1:9/team/code.git cannot be fetched (")
    kept = [each for each in (tmp_path / "cache").rglob("*") if each.is_file()]
    assert kept
    for text in (str(refused.value), *(each.read_text("latin-1") for each in kept), *map(str, kept)):
        assert "s3cr3t" not in text
        assert "t0k3n" not in text


@pytest.mark.parametrize(
    "address",
    ["", "-u", "--upload-pack=touch x", "ext::sh -c id", "fd::3", "http://example.com/x", "ftp://h/x", "https://",
     "ssh://-oProxyCommand=id/x", "ssh://-l@host/x", "-oProxyCommand=id:x", "https://h:99999/x", "a\nb:c", "x y:z"],
)  # fmt: skip
def test_dubious_addresses_are_refused(address: str) -> None:
    with pytest.raises(SourceError, match="--repo-url"):
        remote_url(address)


@pytest.mark.parametrize(
    ("address", "protocol", "shown"),
    [
        ("https://u:p@github.com/o/r.git", "https", "https://github.com/o/r.git"),
        ("https://TOKEN@github.com/o/r", "https", "https://github.com/o/r"),
        ("ssh://git@host:2222/o/r", "ssh", "ssh://host:2222/o/r"),
        ("git@github.com:o/r.git", "ssh", "git@github.com:o/r.git"),
        ("git://host/o/r", "git", "git://host/o/r"),
        ("file:///srv/r.git", "file", "file:///srv/r.git"),
        ("../r", "file", "../r"),
        ("./a:b", "file", "./a:b"),
    ],
)
def test_addresses_that_git_takes(address: str, protocol: str, shown: str) -> None:
    assert remote_url(address) == (address, protocol, shown)
