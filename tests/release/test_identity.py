"""A candidate is asked who it is until it can answer, and what it answers is judged as configured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.shop import Shop

pytestmark = pytest.mark.slow

SLOW_TO_RISE = """
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

ASKED = []

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        ASKED.append(self.path)
        status, body = answer(len(ASKED))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

def answer(times):
    well = 200, json.dumps({"service": "NAME"}).encode()
    ANSWER

if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def answering(shop: Shop, answer: str, *, status: int = 200) -> None:
    """Commit the service as one that answers so."""
    shop.commit()
    text = SLOW_TO_RISE.replace("NAME", shop.name).replace("ANSWER", answer)
    shop.write(f"{shop.name}/main.py", text)
    file = Path(shop.folder, "deployguard.toml")
    file.write_text(file.read_text().replace('path = "/health",', f'path = "/health", status = {status},'))
    shop.done("Answer otherwise")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("return (503, b'') if times < 3 else well", 200),
        ("return 403, well[1]", 403),
        ("return 503, well[1]", 503),
    ],
    ids=["not up yet", "closed as configured", "away as configured"],
)
def test_a_candidate_that_answers_in_the_end_is_shipped(shop: Shop, answer: str, status: int) -> None:
    answering(shop, answer, status=status)
    said = shop.deploy()
    assert said.code == 0, said
    assert f"identity: /health answers {status}, as {shop.name} should" in said.out


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("return 503, b''", 1, "it answers 503, not 200"),
        ("return 200, b'[]'", 1, "no JSON object"),
        ("return 401, b''", 2, "these credentials may not call it"),
    ],
    ids=["never up", "another shape", "closed"],
)
def test_one_that_does_not_gets_no_traffic(shop: Shop, answer: str, code: int, said: str) -> None:
    shop.commit()
    first = shop.deploy()
    assert first.code == 0, first
    answering(shop, answer)
    ran = shop.deploy()
    assert (ran.code, said in ran.out) == (code, True), ran
    assert shop.answer()["version"] == "1"
