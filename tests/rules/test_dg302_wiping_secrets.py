from __future__ import annotations

import pytest

from deployguard.model.finding import Fix
from deployguard.rules.dg302_wiping_secrets import RULE
from tests.rules.judged import findings, said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gcloud run deploy x --set-secrets=A=a:latest\n", [(1, "--set-secrets")]),
        ("gcloud functions deploy x \\\n --clear-secrets\n", [(2, "--clear-secrets")]),
        ("gcloud run deploy x --update-secrets=A=a:latest --set-env-vars A=b\n", []),
        ("gcloud run jobs create x --set-secrets=A=a:latest\n", []),
        ("gcloud secrets versions add --set-secrets=A\n", []),
    ],
)
def test_shell(text: str, expected: list[tuple[int, str]]) -> None:
    assert said(RULE, "deploy.sh", text) == expected


def test_fix() -> None:
    (finding,) = findings(RULE, {"d.sh": "gcloud run deploy x --set-secrets A=a:1\n"})
    assert finding.fix == Fix("replace", "d.sh", "--update-secrets", 1, "--set-secrets")


def test_strategy_of_the_deploy_action() -> None:
    text = """\
    steps:
      - uses: google-github-actions/deploy-cloudrun@v2
        with:
          secrets_update_strategy: overwrite
    """
    (finding,) = findings(RULE, {".github/workflows/d.yml": text})
    assert finding.line == 4
    assert finding.fix is not None
    assert finding.fix.text == "secrets_update_strategy: merge"
