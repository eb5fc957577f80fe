"""Who the credentials belong to, with a token server of the test's own in place of Google's."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deployguard.gcp.account import Account, account, check_project
from deployguard.gcp.connection import Connection
from deployguard.gcp.identity import identity_token
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients
from tests.gcp.made import connection

pytestmark = pytest.mark.slow

ROBOT = "robot@home-project.iam.gserviceaccount.com"


@dataclass
class Answers:
    """What the server says; `asked` keeps the assertions that it was shown."""

    address: str = ""
    status: int = 200
    body: dict[str, object] = field(default_factory=dict)
    text: str = ""
    asked: list[dict[str, object]] = field(default_factory=list)


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.fixture
def answers() -> Iterator[Answers]:
    said = Answers()

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            for assertion in parse_qs(sent).get("assertion", []):
                middle = assertion.split(".")[1]
                said.asked.append(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))))
            self.do_GET()

        def do_GET(self) -> None:
            body = (said.text or json.dumps(said.body)).encode()
            self.send_response(said.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        said.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield said
        server.shutdown()


@pytest.fixture
def key(answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service account's key, found as Google's clients find it."""
    private = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    held = {
        "type": "service_account",
        "project_id": "home-project",
        "client_email": ROBOT,
        "private_key": private.decode(),
        "token_uri": f"{answers.address}/token",
    }
    path = tmp_path / "key.json"
    path.write_text(json.dumps(held))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))


@pytest.mark.usefixtures("key")
def test_a_service_account_and_its_own_project(answers: Answers) -> None:
    answers.body = {"access_token": "t", "expires_in": 3600}
    assert account(Connection("demo-project")) == Account(ROBOT, "home-project")


@pytest.mark.usefixtures("key")
def test_credentials_that_were_revoked(answers: Answers) -> None:
    answers.status, answers.body = 400, {"error": "invalid_grant", "error_description": "Account was deleted"}
    with pytest.raises(CloudError, match="log in again") as caught:
        account(Connection("demo-project"))
    assert caught.value.kind == "credentials"


def test_no_credentials_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nothing.json"))
    with pytest.raises(CloudError, match="application-default login") as caught:
        account(Connection("demo-project"))
    assert caught.value.kind == "credentials"


@pytest.mark.usefixtures("key")
def test_an_identity_token_is_for_the_service(answers: Answers) -> None:
    token = f"{part({'alg': 'RS256'})}.{part({'exp': 4102444800, 'iat': 0})}.{part('signed')}"
    answers.body = {"id_token": token}
    assert identity_token(Connection("demo-project"), "https://orders-abc.a.run.app") == token
    assert answers.asked[-1]["target_audience"] == "https://orders-abc.a.run.app"
    answers.status, answers.body = 400, {"error": "invalid_grant"}
    with pytest.raises(CloudError, match="DEPLOYGUARD_IMPERSONATE") as caught:
        identity_token(Connection("demo-project"), "https://orders-abc.a.run.app")
    assert caught.value.kind == "credentials"


def test_a_project_that_is_not_open_names_both_projects(answers: Answers) -> None:
    to, who = Connection("demo-project", answers.address, patience=1), Account(ROBOT, "home-project")
    answers.body = {"lifecycleState": "ACTIVE"}
    check_project(to, who)
    answers.status = 403
    answers.body = {"error": {"code": 403, "message": "The caller does not have permission"}}
    with pytest.raises(
        CloudError, match=r"robot@.* cannot see the project demo-project.*home-project"
    ) as caught:
        check_project(to, who)
    assert caught.value.kind == "permission"
    answers.status, answers.text = 200, "<html>sign in</html>"
    with pytest.raises(CloudError, match="is a proxy in between"):
        check_project(to, who)
    answers.text, answers.body = "", {"lifecycleState": "DELETE_REQUESTED"}
    with pytest.raises(CloudError, match="is DELETE_REQUESTED"):
        check_project(to, who)


def test_a_cloud_that_is_away_is_an_error_and_a_local_one_knows_nobody(cloud: Clients) -> None:
    check_project(connection(cloud), Account())
    with pytest.raises(CloudError):
        check_project(Connection("demo-project", "http://127.0.0.1:9", patience=1), Account())
    assert account(connection(cloud)) == Account("", "demo-project")
