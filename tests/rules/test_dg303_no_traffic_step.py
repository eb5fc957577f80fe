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


_PIN = "gcloud run services update-traffic x --to-revisions x-00001=100\n"
_PLAIN = "gcloud run deploy x --image y\n"


def test_a_deploy_of_a_service_that_a_rollback_pins_gets_no_traffic() -> None:
    (found,) = findings(RULE, {"deploy.sh": _PLAIN, "rollback.sh": _PIN})
    assert (found.path, found.line) == ("deploy.sh", 1)
    assert "rollback.sh:1" in found.message


@pytest.mark.parametrize(
    "scripts",
    [
        {"deploy.sh": _PLAIN + _MOVE, "rollback.sh": _PIN},
        {"deploy.sh": _PLAIN + _PIN},
        {"deploy.sh": _PLAIN, "rollback.sh": _PIN, "unpin.sh": _MOVE},
        {"deploy.sh": _PLAIN, "rollback.sh": _PIN.replace(" x ", " other ")},
        {"deploy.sh": _PLAIN, "rollback.sh": _PIN.replace(" x ", " $SERVICE ")},
        {"deploy.sh": _PLAIN.replace(" x ", " $SERVICE "), "rollback.sh": _PIN.replace(" x ", " $SERVICE ")},
        {"deploy.sh": _PLAIN, "runbook.md": f"```sh\n{_PIN}```\n"},
    ],
)
def test_no_pin_is_left_behind(scripts: dict[str, str]) -> None:
    assert findings(RULE, scripts) == []


def test_steps_of_a_workflow() -> None:
    text = """\
    steps:
      - uses: google-github-actions/deploy-cloudrun@v2
        with: {service: x, no_traffic: true, tag: candidate}
    """
    assert said(RULE, "deploy.yml", text) == [(2, "--no-traffic")]
    assert said(RULE, "deploy.yml", text.rstrip() + "\n      - run: " + _MOVE) == []
