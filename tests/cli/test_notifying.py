"""People are told over real HTTP: once, again when it changes, by one of two runs, and without a secret in sight."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from deployguard.cli.notifying import add_notify_arguments, tell_people
from deployguard.model.service import Project
from deployguard.notify.message import Told
from tests.notify.receiver import Receiver, receiving

pytestmark = pytest.mark.slow

FAILED = Told("orders", "failed", False, "never became ready", "deployguard check orders")
STALE = Told("orders", "stale", False, "2 commits change it", "deployguard deploy orders")
FINE = Told("orders", "current", True)
_AGAIN = """
import sys
from tests.cli.test_notifying import FAILED, tell_as_a_run
tell_as_a_run(sys.argv[1:], FAILED)
"""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with receiving() as one:
        yield one


def tell_as_a_run(
    words: list[str], *told: Told, notify: dict[str, object] | None = None, complete: bool = True
) -> None:
    parser = argparse.ArgumentParser()
    add_notify_arguments(parser)
    tables = MappingProxyType({"project": {"id": "sample"}, "notify": notify or {}})
    project = Project("deployguard.toml", (), tables)
    tell_people(parser.parse_args(words), project, "drift", told, complete=complete)


def words_for(folder: Path, *urls: str) -> list[str]:
    return [*(f"--notify={url}" for url in urls), f"--notify-state={folder / 'told'}"]


def test_a_change_is_told_once_and_so_is_its_end(receiver: Receiver, tmp_path: Path) -> None:
    words = words_for(tmp_path, receiver.url)
    for told in (FINE, FAILED, FAILED, STALE, STALE, FINE, FINE):
        tell_as_a_run(words, told)
    assert receiver.titles == [
        "drift of sample: 1 failed",
        "drift of sample: 1 stale",
        "drift of sample: 1 mended",
    ]
    assert (
        receiver.received[0]["message"] == "FAILED: orders\nnever became ready\nrun: deployguard check orders"
    )
    assert [each["type"] for each in receiver.received] == ["failure", "failure", "success"]


def test_always_is_an_option_and_a_configuration(receiver: Receiver, tmp_path: Path) -> None:
    words = words_for(tmp_path, receiver.url)
    tell_as_a_run([*words, "--always"], FINE)
    tell_as_a_run(words, FINE, notify={"when": "always"})
    assert receiver.titles == ["drift of sample: 1 fine"] * 2


def test_who_was_not_reached_hears_it_with_the_next_run(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with receiving() as other:
        words = words_for(tmp_path, receiver.url, other.url)
        receiver.status = 503
        tell_as_a_run(words, FAILED)
        assert (receiver.titles, other.titles) == ([], ["drift of sample: 1 failed"])
        receiver.status = 200
        tell_as_a_run(words, FAILED)
        assert (receiver.titles, other.titles) == (["drift of sample: 1 failed"],) * 2
    written = capsys.readouterr()
    assert written.out == ""
    assert "notify: json://... was not taken: " in written.err
    everything = (
        written.err + caplog.text + "".join(map(Path.read_text, (tmp_path / "told").glob("*.object")))
    )
    assert not any(secret in everything for secret in ("s3cr3t", "t0k3n", "127.0.0.1", str(receiver.port)))


def test_variables_hold_urls_and_only_their_names_are_said(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_URL", f"{receiver.url}, {receiver.url}2")
    monkeypatch.setenv("WRONG_URL", "slakc://s3cr3t")
    monkeypatch.setenv("RAW_URL", "xoxb-s3cr3t")
    names = ("TEAM_URL", "WRONG_URL", "RAW_URL", "ABSENT_URL")
    tell_as_a_run(words_for(tmp_path), FAILED, notify={"urls-env": names})
    assert len(receiver.titles) == 2
    said = capsys.readouterr().err
    assert "notify: ABSENT_URL is not set" in said
    assert "notify: telling TEAM_URL (2): drift of sample: 1 failed\n" in said
    assert "notify: WRONG_URL: no URL that apprise understands" in said
    assert "notify: RAW_URL: no URL that apprise understands" in said
    assert "s3cr3t" not in said


def test_a_dead_receiver_is_said_and_nothing_is_raised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_as_a_run(words_for(tmp_path, "json://u:s3cr3t@127.0.0.1:9/t0k3n", "json://[s3cr3t"), FAILED)
    said = capsys.readouterr().err
    assert "json://... was not taken" in said
    assert "s3cr3t" not in said
    assert "t0k3n" not in said


def test_where_nothing_can_be_remembered_people_are_told_all_the_same(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "told").write_text("a file where a folder should be")
    tell_as_a_run(words_for(tmp_path, receiver.url), FAILED)
    assert receiver.titles == ["drift of sample: 1 failed"]
    assert "people are told without knowing what they were told before" in capsys.readouterr().err


def test_nobody_to_tell_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tell_as_a_run(words_for(tmp_path), FAILED)
    assert capsys.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_of_two_runs_at_once_one_sends(receiver: Receiver, tmp_path: Path) -> None:
    receiver.delay = 1.5
    command = [sys.executable, "-c", _AGAIN, *words_for(tmp_path, receiver.url)]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert receiver.titles == ["drift of sample: 1 failed"], said
