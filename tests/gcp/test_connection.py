"""Which cloud is meant, and how long it is waited for."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from google.cloud import run_v2

from deployguard.gcp.bucket import Bucket
from deployguard.gcp.connection import Connection, connect
from deployguard.model.errors import CloudError, UsageError
from deployguard.model.service import Project
from tests.emulator.clients import Clients

LOCAL = "http://127.0.0.1:8085"


def project(**table: object) -> Project:
    return Project("deployguard.toml", (), {"project": table})


def test_production_is_waited_for_longer_than_a_local_cloud() -> None:
    real, local = connect(project(id="p"), {}), connect(project(id="p", endpoint=f"{LOCAL}/"), {})
    assert (real.endpoint, local.endpoint) == ("", LOCAL)
    assert real.patience > local.patience > 0


def test_the_environment_goes_before_the_configuration() -> None:
    environment = {"DEPLOYGUARD_ENDPOINT": LOCAL, "DEPLOYGUARD_IMPERSONATE": "robot@p.invalid"}
    found = connect(project(id="p", endpoint="http://other.invalid"), environment)
    assert (found.endpoint, found.impersonate) == (LOCAL, "robot@p.invalid")


def test_no_project_is_a_wrong_use() -> None:
    with pytest.raises(UsageError, match="`id`"):
        connect(project(), {})


def test_a_client_is_made_once(cloud: Clients) -> None:
    one = Connection("p", cloud.address)
    assert one.client(run_v2.ServicesClient) is one.client(run_v2.ServicesClient)
    assert one.client(run_v2.RevisionsClient) is not one.client(run_v2.ServicesClient)


@pytest.mark.parametrize(
    "text", [None, "", "[]", "7", "{}", '{"type": "service_account"}', '{"type": "authorized_user"}', "\0"]
)
def test_credentials_that_are_none_are_told_at_once(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.json"
    file.mkdir() if text is None else file.write_text(text)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(CloudError, match="GOOGLE_APPLICATION_CREDENTIALS") as caught:
        Connection("p").client(run_v2.ServicesClient)
    assert caught.value.kind == "credentials"


@pytest.mark.parametrize(
    "endpoint",
    [
        "garbage",
        "http://",
        "https://127.0.0.1:1",
        "http://ana:s3cr3t@127.0.0.1:1",
        "http://h:99999",
        "http://h/a",
    ],
)
def test_an_endpoint_that_is_no_address_is_refused_and_not_repeated(endpoint: str) -> None:
    """A wrong address would be waited for, and repeated in every refusal with the password in it."""
    with pytest.raises(UsageError, match="http://HOST:PORT") as caught:
        connect(project(id="p"), {"DEPLOYGUARD_ENDPOINT": endpoint})
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "ask",
    [
        lambda one: one.client(run_v2.ServicesClient),
        lambda one: one.credentials,
        lambda one: Bucket(one, "b").list("history/"),
    ],
)
@pytest.mark.parametrize(("listens", "word"), [(False, "nothing answers there"), (True, "no answer within")])
def test_a_local_cloud_that_does_not_answer_is_said_at_once(
    ask: Callable[[Connection], object], listens: bool, word: str
) -> None:
    """A client of Google's tries for minutes, and nothing else that comes of it is told."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if listens:
            taken.listen()
        with pytest.raises(CloudError, match=f"{word}.*start `deployguard emulator`"):
            ask(Connection("p", f"http://127.0.0.1:{taken.getsockname()[1]}"))
