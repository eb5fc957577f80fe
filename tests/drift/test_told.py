"""What people and machines get of drift, from the command as they run it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.drift.site import Site
from tests.notify.receiver import Receiver, receiving
from tests.repositories import git

pytestmark = pytest.mark.slow


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with receiving() as one:
        yield one


@pytest.fixture
def stale(site: Site) -> Site:
    """Orders is one commit behind."""
    site.everywhere(site.head)
    site.commit("Raise the <limit>", shared__rules_py="LIMIT = 2\n")
    return site


def test_each_format_tells_of_the_stale_service(stale: Site, tmp_path: Path) -> None:
    page = tmp_path / "drift.html"
    ran = stale.run("drift", "--output-format", "junit", "--html", str(page))
    (suite,) = ET.fromstring(ran.out)  # noqa: S314 our own text
    assert (ran.code, suite.get("failures"), suite.get("errors")) == (1, "1", "0")
    written = page.read_text(encoding="utf-8")
    assert "1 of 2 services is not as written" in written
    assert "Raise the &lt;limit&gt;" in written
    assert stale.run("drift", "--output-format", "html").out.startswith("<!doctype html>\n")


def test_on_github_it_annotates_and_adds_to_the_summary(
    stale: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("of the step before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    ran = stale.run("drift", "--output-format", "github")
    assert (ran.code, ran.out.count("\n")) == (1, 1)
    assert ran.out.startswith("::error title=orders%3A stale::")
    assert summary.read_text().startswith("of the step before\n## deployguard drift: ")


def test_a_page_that_cannot_be_written_is_said(stale: Site, tmp_path: Path) -> None:
    ran = stale.run("drift", "--html", str(tmp_path / "no/such/folder.html"))
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_people_hear_of_it_once_and_of_its_end(stale: Site, receiver: Receiver, tmp_path: Path) -> None:
    words = ("--notify", receiver.url, "--notify-state", str(tmp_path / "told"))
    assert [stale.drift(*words).code for _ in range(2)] == [1, 1]
    assert stale.drift("parcels", *words).code == 0
    stale.everywhere(stale.head)
    assert stale.drift(*words).code == 0
    assert receiver.titles == [
        f"drift of {stale.project}: 1 stale",
        f"drift of {stale.project}: 1 mended",
    ]
    assert "run: deployguard deploy orders" in receiver.received[0]["message"]


def test_what_was_told_lies_in_the_bucket_of_the_project(stale: Site, receiver: Receiver) -> None:
    stale.cloud.storage.create_bucket(f"{stale.project}-state")
    for _ in range(2):
        assert stale.drift("--notify", receiver.url).code == 1
    assert receiver.titles == [f"drift of {stale.project}: 1 stale"]
    (blob,) = stale.cloud.storage.list_blobs(f"{stale.project}-state", prefix="notify/")
    assert blob.name == "notify/drift.json"
    assert "s3cr3t" not in blob.download_as_text()


def test_a_repository_by_its_address(stale: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYGUARD_CACHE_DIR", str(tmp_path / "cache"))
    git(stale.folder, "config", "uploadpack.allowFilter", "true")
    git(stale.folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    (tmp_path / "elsewhere").mkdir()
    ran = stale.drift("--repo-url", stale.folder.as_uri(), at=tmp_path / "elsewhere")
    assert (ran.code, ran.verdicts) == (1, {"orders": "stale", "parcels": "equivalent"})
    assert ran.service("orders")["commits"][0]["via"] == ["shared/rules.py"]
    assert f"fetching file://{stale.folder} ...\n" in ran.err
    gone = stale.drift("--repo-url", (tmp_path / "gone").as_uri(), at=tmp_path / "elsewhere")
    assert gone.code == 2
    assert "cannot be fetched" in gone.err
