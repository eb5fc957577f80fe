from __future__ import annotations

import pytest

from deployguard.rules.dg305_swallowed_failure import RULE
from tests.rules.judged import findings, said

_RUN = "gcloud run deploy"
BAD = {
    "or true": ("gcloud run deploy x || true\n", [(1, _RUN)]),
    "or echo": ("gcloud run deploy x \\\n  --image y 2>/dev/null ||\n  echo failed\n", [(3, _RUN)]),
    "or a group that only talks": ("gcloud run deploy x || {\n  echo failed\n}\n", [(2, _RUN)]),
    "and, or": ("gcloud run deploy x && echo ok || echo failed\n", [(1, _RUN)]),
    "then true": ("gcloud functions deploy x; true\n", [(1, "gcloud functions deploy")]),
    "traffic": ("gcloud run services update-traffic x --to-latest || :\n", [(1, "gcloud run services update-traffic")]),
    "set +e": ("set -e\nset +e\ngcloud run deploy x\nset -e\nls\n", [(2, _RUN)]),
    "own check": ("deployguard -C .. check || true\n", [(1, "deployguard check")]),
    "pytest": ("python -m pytest -q || true\ngcloud run deploy x\n", [(1, "pytest")]),
    "substitution": ('URL=$(gcloud run deploy x --format json || echo "")\n', [(1, _RUN)]),
}  # fmt: skip
GOOD = {
    "exits": "gcloud run deploy x || exit 1\n",
    "says and exits": "gcloud run deploy x || { echo failed; exit 1; }\n",
    "says and exits, in a row": "gcloud run deploy x || echo failed && exit 1\n",
    "does something": "gcloud run deploy x || rollback\ngcloud run deploy x || failed=1\n",
    "tested": "if gcloud run deploy x; then echo ok; else echo bad; exit 1; fi\nif ! gcloud run deploy y; then exit 1; fi\n",
    "status asked for": "set +e\ngcloud run deploy x\nstatus=$?\nset -e\nexit $status\n",
    "not about a deploy": "gcloud run services describe x || true\ngcloud services enable run.googleapis.com || true\n",
    "before": "rm -f x || true\ngcloud run deploy x\n",
    "a look only": "deployguard check --exit-zero || true\ndeployguard --version || true\n",
    "set -e again": "set +e\nls\nset -e\ngcloud run deploy x\n",
    "last of all": "set +e\ngcloud run deploy x\n",
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_finds_in_shell(text: str, expected: list[tuple[int, str]]) -> None:
    assert said(RULE, "deploy.sh", text) == expected


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_leaves_shell_alone(text: str) -> None:
    assert said(RULE, "deploy.sh", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jobs:\n  a:\n    steps:\n      - run: deployguard check\n        continue-on-error: true\n", [(5, "deployguard check")]),
        ("jobs:\n  a:\n    continue-on-error: true\n    steps:\n      - run: gcloud run deploy x\n", [(3, _RUN)]),
        ("deploy:\n  script:\n    - gcloud run deploy x\n  allow_failure: true\n", [(4, _RUN)]),
        ("steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, x]\n  allowFailure: true\n", [(4, _RUN)]),
        ("steps:\n  - uses: google-github-actions/deploy-cloudrun@v2\n    continue-on-error: true\n    with:\n      service: x\n", [(3, _RUN)]),
        ("steps:\n  - run: gcloud components list\n    continue-on-error: true\n", []),
        ("steps:\n  - run: gcloud run deploy x\n    continue-on-error: false\n", []),
        (
            "steps:\n  - id: d\n    run: gcloud run deploy x\n    continue-on-error: true\n"
            "  - if: steps.d.outcome == 'failure'\n    run: exit 1\n",
            [],
        ),
    ],
)  # fmt: skip
def test_yaml(text: str, expected: list[tuple[int, str]]) -> None:
    assert said(RULE, "ci.yml", text) == expected


def test_makefile() -> None:
    text = "deploy:\n\t-gcloud run deploy x\n\t@gcloud run deploy y\n"
    assert said(RULE, "Makefile", text) == [(2, _RUN)]


@pytest.mark.parametrize(
    ("statement", "swallows"),
    [
        ("subprocess.run(COMMAND)", True),
        ("subprocess.run(COMMAND, check=False)", True),
        ("subprocess.call(COMMAND)", True),
        ("subprocess.run(COMMAND, check=True)", False),
        ("subprocess.run(COMMAND, **options)", False),
        ("done = subprocess.run(COMMAND)", False),
        ("sys.exit(subprocess.call(COMMAND))", False),
        ("subprocess.check_call(COMMAND)", False),
    ],
)
def test_python(statement: str, swallows: bool) -> None:
    text = (
        "import subprocess, sys\n" + statement.replace("COMMAND", '["gcloud", "run", "deploy", "x"]') + "\n"
    )
    assert said(RULE, "deploy.py", text) == ([(2, _RUN)] if swallows else [])


def test_python_list_with_a_name() -> None:
    text = 'import subprocess\ncommand = ["gcloud", "run", "deploy", "x"]\nsubprocess.run(command)\n'
    assert said(RULE, "deploy.py", text) == [(3, _RUN)]


def test_advice_says_what_to_do() -> None:
    (finding,) = findings(RULE, {"d.sh": "gcloud run deploy x || true\n"})
    assert finding.advice == "take `|| true` away, or end with exit 1"
    assert "|| true" in finding.message
