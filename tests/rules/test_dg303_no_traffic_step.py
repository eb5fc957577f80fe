from __future__ import annotations

import pytest

from deployguard.rules.dg303_no_traffic_step import RULE
from tests.rules.judged import findings, said

_DEPLOY = "gcloud run deploy x --image y \\\n  --no-traffic --tag candidate\n"
_MOVE = "gcloud run services update-traffic x --to-latest\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (_DEPLOY, [2]),
        (_DEPLOY + _MOVE, []),
        (_MOVE + _DEPLOY, [3]),
        ("promote() {\n" + _MOVE + "}\n" + _DEPLOY + "promote\n", []),
        (_DEPLOY + "if curl -f $URL; then\n  " + _MOVE + "fi\n", []),
        (_DEPLOY + "# " + _MOVE, [2]),
        ("gcloud run deploy x --image y\n", []),
        ("gcloud run deploy x --no-traffic --tag pr-$PR_NUMBER\n", []),
        ("gcloud run deploy x --no-traffic --tag=preview\n", []),
    ],
)
def test_shell(text: str, lines: list[int]) -> None:
    assert [line for line, _ in said(RULE, "deploy.sh", text)] == lines


def test_another_script_moves_the_traffic_of_this_service() -> None:
    assert findings(RULE, {"deploy.sh": _DEPLOY, "promote.sh": _MOVE}) == []


def test_another_script_moves_the_traffic_of_another_service() -> None:
    found = findings(RULE, {"deploy.sh": _DEPLOY, "promote.sh": _MOVE.replace(" x ", " other ")})
    assert [finding.path for finding in found] == ["deploy.sh"]
    assert "update-traffic x" in found[0].advice


def test_steps_of_a_workflow() -> None:
    text = """\
    steps:
      - uses: google-github-actions/deploy-cloudrun@v2
        with: {service: x, no_traffic: true, tag: candidate}
    """
    assert said(RULE, "deploy.yml", text) == [(2, "--no-traffic")]
    assert said(RULE, "deploy.yml", text.rstrip() + "\n      - run: " + _MOVE) == []
