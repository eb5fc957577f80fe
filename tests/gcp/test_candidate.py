"""What a candidate answers, or why nothing was heard."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deployguard.gcp.candidate import ask
from deployguard.gcp.identity import identity_token
from deployguard.gcp.shipping import ShipRun, ship_run
from deployguard.model.errors import CloudError, UsageError
from tests.emulator.clients import HELLO, Clients
from tests.gcp.made import REGION, a_service, connection, ended, read, ready_of

pytestmark = pytest.mark.slow


class _Page(BaseHTTPRequestHandler):
    """Answers by path: JSON, plain text, redirects, endless bodies, silence."""

    def do_GET(self) -> None:
        here = f"http://{self.headers['Host']}"
        to = {"/moved": f"{here}/json", "/away": "http://127.0.0.2:1/json"}.get(self.path)
        body = {"/json": b'{"service": "orders"}', "/long": b"x" * 10_000_000}.get(self.path, b"plain")
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/close":
            return
        self.send_response(302 if to else 500 if self.path.startswith("/broken") else 200)
        if to:
            self.send_header("Location", to)
        if "/drops" not in self.path:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            while "/drops" in self.path:  # as a page that is a stream of events
                self.wfile.write(b".")
                time.sleep(0.05)
            if "/half" not in self.path:
                self.wfile.write(body)
        except OSError:
            return
        time.sleep(1 if "/half" in self.path else 0)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_candidate_is_asked_at_its_tag_and_the_public_is_not_let_in(cloud: Clients) -> None:
    name = a_service(cloud)
    asked = ShipRun(name, REGION, HELLO, f"{name}-{uuid.uuid4().hex[:6]}", "dg-1", ready_of(cloud, name))
    ended(cloud, ship_run(connection(cloud), asked))
    found = read(cloud, name)
    uri = next(each.uri for each in found.traffic_statuses if each.tag == "dg-1")
    token = identity_token(connection(cloud), found.uri)
    answer = ask(uri, "/health", 10, token)
    assert isinstance(answer.json, dict)
    assert (answer.status, answer.json["revision"]) == (200, asked.revision)
    refused = ask(uri, "/health", 10)
    assert (refused.status, refused.json) == (403, None)
    assert "permission" in refused.text
    assert ask(uri, "/health", 10, "robot@demo-project.iam.gserviceaccount.com").status == 403


@pytest.mark.parametrize(
    ("path", "status", "json"),
    [
        ("/json", 200, {"service": "orders"}),
        ("/moved", 200, {"service": "orders"}),
        ("/plain", 200, None),
        ("/broken", 500, None),
        ("/long", 200, None),
    ],
)
def test_every_status_is_an_answer(page: str, path: str, status: int, json: object) -> None:
    answer = ask(page, path, 10)
    assert (answer.status, answer.json) == (status, json)
    assert len(answer.text) <= 500


@pytest.mark.parametrize(
    ("path", "limit", "kind"),
    [("/slow", 0.3, "timeout"), ("/close", 30, "unavailable"), ("/away", 30, "refused")],
)
def test_no_answer_has_a_cause(page: str, path: str, limit: float, kind: str) -> None:
    with pytest.raises(CloudError) as caught:
        ask(page, path, limit, "a-token")
    assert caught.value.kind == kind


@pytest.mark.parametrize("path", ["/drops", "/broken/drops", "/half", "/broken/half"])
def test_an_answer_that_does_not_end_is_too_late(page: str, path: str) -> None:
    with pytest.raises(CloudError, match=r"no answer in 0.3 s") as caught:
        ask(page, path, 0.3)
    assert caught.value.kind == "timeout"


def test_a_host_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(CloudError, match="cannot be reached") as caught:
        ask("http://127.0.0.1:9", "/", 5)
    assert caught.value.kind == "unavailable"


@pytest.mark.parametrize("uri", ["http://orders-abc.a.run.app", "ftp://127.0.0.1", "file:///etc/passwd", ""])
def test_no_token_goes_over_an_open_line(uri: str) -> None:
    with pytest.raises(UsageError, match="https only"):
        ask(uri, "/", 5, "a-token")
