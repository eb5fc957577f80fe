"""Who the emulator answers: it runs what it is given, and a browser sends what any page wants to loopback too."""

from __future__ import annotations

from email.message import Message
from urllib.error import HTTPError
from urllib.request import Request as Sent
from urllib.request import urlopen

import pytest

from deployguard.emulator.http import Request
from deployguard.emulator.refusal import Refusal
from deployguard.emulator.strangers import refuse_strangers
from tests.emulator.clients import Clients


def asked(host: str, path: str = "/v2/projects/p/locations/r/services", **headers: str) -> bool:
    message: Message[str, str] = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    request = Request("POST", host, path, "", message, b"")
    try:
        refuse_strangers(request)
    except Refusal as refusal:
        return refusal.http != 403
    return True


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8085", "localhost:8085", "[::1]:8085", "", "run.test", "us-west2-run.test", "orders.localhost:1",
     "storage.googleapis.com", "metadata.google.internal", "emulator:8085"],
)  # fmt: skip
def test_clients_of_this_machine_are_answered(host: str) -> None:
    assert asked(host)
    assert asked(host, Origin="http://localhost:3000")


@pytest.mark.parametrize(
    "host", ["evil.example.com", "evil.example.com:8085", "127.0.0.1.nip.io:8085", "[::1"]
)
def test_a_name_that_anybody_may_point_here_is_refused(host: str) -> None:
    assert not asked(host)


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://127.0.0.1.nip.io"])
def test_a_page_of_another_site_is_refused_and_may_ask_a_service(origin: str) -> None:
    assert not asked("127.0.0.1:8085", Origin=origin)
    assert not asked("127.0.0.1:8085", Sec_Fetch_Site="cross-site")
    assert asked("127.0.0.1:8085", "/run/p/r/orders/", Origin=origin)


@pytest.mark.slow
def test_they_are_refused_where_they_ask_and_nested_json_is_no_failure(cloud: Clients) -> None:
    url = f"{cloud.address}/storage/v1/b?project=demo-project"
    assert status(url, b'{"name": "made-by-a-page"}', Origin="https://evil.example.com") == 403
    assert status(url, b'{"name": "made-by-a-page"}', Host="evil.example.com") == 403
    assert status(url, b"[" * 100_000) == 400


def status(url: str, body: bytes, **headers: str) -> int:
    try:
        with urlopen(Sent(url, body, headers)) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
