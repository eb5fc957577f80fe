"""A repository by its address: a bare clone without contents in the cache, brought up to date before it is read.

Contents come when they are asked for (`source/promised.py`). The address is given to git by its environment: it may
hold a password, and so stands neither in the clone's configuration nor on a command line.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deployguard.model.errors import SourceError
from deployguard.source.cache import cache_folder
from deployguard.source.git import Repository, open_repository
from deployguard.source.promised import online
from deployguard.source.remote_url import RemoteUrl, remote_url

_REFS = ("+refs/heads/*:refs/heads/*", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
_KEPT = (
    ("remote.origin.promisor", "true"),
    ("remote.origin.partialclonefilter", "blob:none"),
    ("gc.autoDetach", "false"),
    ("http.lowSpeedLimit", "1000"),  # a server that says nothing for a minute is given up
    ("http.lowSpeedTime", "60"),
)


def cloned(address: str) -> Repository:
    """Return an up-to-date clone; its HEAD is the tip of the remote's own branch. Runs at one time wait for each other.

    Raises:
        SourceError: the address is not safe, or the remote cannot be asked: what was fetched before is then not used.
    """
    url = remote_url(address)
    if url.protocol == "file" and "://" not in address:
        url = url._replace(address=str(Path(address).expanduser().absolute()))
    folder = _folder(url)
    with _locked(folder):
        _prepare(folder)
        repository = _addressed(open_repository(folder), url)
        _fetch(repository, url)
    return repository


def _folder(url: RemoteUrl) -> Path:
    name = url.shown.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")
    safe = "".join(each for each in name if each.isascii() and (each.isalnum() or each in "-_"))
    key = url.address if url.protocol == "file" else url.shown
    return cache_folder() / "clones" / f"{safe or 'clone'}-{sha256(key.encode()).hexdigest()[:20]}"


def _prepare(folder: Path) -> None:
    """Make an empty repository, or find the one that is there; a run that was killed half-way is made good."""
    around = _runner_in(folder)
    for left in (*folder.glob("*.lock"), *folder.glob("refs/**/*.lock")):  # nobody else is here: see _locked
        left.unlink()
    around.run("init", "--quiet", "--bare", "--template=", str(folder))
    for key, value in _KEPT:
        around.run("--git-dir", str(folder), "config", key, value)


def _runner_in(folder: Path) -> Repository:
    """Return something to run git with in a folder that is no repository yet."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return Repository(folder, None, tuple({**plain, "LC_ALL": "C"}.items()))


def _addressed(repository: Repository, url: RemoteUrl) -> Repository:
    """Return the repository with an environment that tells git where its remote is (git-config, "GIT_CONFIG_COUNT")."""
    given = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "remote.origin.url",
        "GIT_CONFIG_VALUE_0": url.address,
    }
    return replace(repository, environment=tuple({**dict(repository.environment), **given}.items()))


def _fetch(repository: Repository, url: RemoteUrl) -> None:
    connected = _allowing(online(repository), url.protocol)
    listing = _asked(connected, url, "ls-remote", "--symref", "origin", "HEAD")
    filtered = (
        "--quiet",
        "--prune",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--filter=blob:none",
    )
    _asked(connected, url, "fetch", *filtered, "origin", *_REFS)
    head = listing.partition("\t")[0].removeprefix("ref: ")
    if head.startswith("refs/heads/"):
        repository.run("symbolic-ref", "HEAD", head)
        tracked = f"refs/remotes/origin/{head.removeprefix('refs/heads/')}"
        repository.run("symbolic-ref", "refs/remotes/origin/HEAD", tracked)


def _allowing(repository: Repository, protocol: str) -> Repository:
    environment = {**dict(repository.environment), "GIT_ALLOW_PROTOCOL": protocol}
    return replace(repository, environment=tuple(environment.items()))


def _asked(repository: Repository, url: RemoteUrl, *arguments: str) -> str:
    done = repository.attempt(*arguments)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = next(
            (line for line in reversed(said) if line.startswith("fatal:")), said[-1] if said else "no word"
        )
        raise SourceError(f"{url.shown} cannot be fetched ({_redacted(why, url)})")
    return done.stdout.decode("utf-8", "replace")


def _redacted(text: str, url: RemoteUrl) -> str:
    """Leave the address and the secrets in it out of what git said."""
    text = text.replace(url.address, url.shown)
    if "://" not in url.address:
        return text
    parts = urlsplit(url.address)
    held = [parts.password, parts.username if parts.scheme == "https" else None, parts.query, parts.fragment]
    for secret in {each for one in held if one for each in (one, unquote(one))}:
        text = text.replace(secret, "...")
    return text


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = folder.with_name(f"{folder.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SourceError(f"{lock}: the clone cannot be kept there: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
