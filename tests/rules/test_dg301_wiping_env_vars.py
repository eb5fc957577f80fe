from __future__ import annotations

import pytest

from deployguard.model.finding import Fix, Severity
from deployguard.rules.dg301_wiping_env_vars import RULE
from tests.rules.judged import findings, said

_FLAG = "--set-env-vars"

BAD = {
    "one line": ("deploy.sh", "gcloud run deploy x --set-env-vars A=b\n", [(1, _FLAG)]),
    "the line of the flag": (
        "deploy.sh",
        "gcloud beta run deploy x \\\n  --image y \\\n  --set-env-vars=A=b,C=d\n",
        [(3, _FLAG)],
    ),
    "file and clear": (
        "deploy.sh",
        "gcloud functions deploy f --env-vars-file=.env.yaml\ngcloud run services update x --clear-env-vars\n",
        [(1, "--env-vars-file"), (2, "--clear-env-vars")],
    ),
    "build variables": (
        "deploy.sh",
        "gcloud functions deploy f --set-build-env-vars A=b\n",
        [(1, "--set-build-env-vars")],
    ),
    "several in one call": (
        "deploy.sh",
        "gcloud run jobs update j \\\n --set-env-vars A=b \\\n --set-env-vars C=d\n",
        [(2, _FLAG), (3, _FLAG)],
    ),
    "array": (
        "deploy.sh",
        'ARGS=(\n  --image y # don\'t\n)\nARGS+=(--set-env-vars "A=b")\ngcloud run deploy x "${ARGS[@]}"\n',
        [(4, _FLAG)],
    ),
    "variable": (
        "deploy.sh",
        'FLAGS="--quiet --set-env-vars A=b"\ngcloud run deploy x $FLAGS\n',
        [(1, _FLAG)],
    ),
    "whole command in a variable": (
        "deploy.sh",
        'CMD="gcloud run deploy x"\nCMD="$CMD \\\n --set-env-vars A=b"\neval "$CMD"\n',
        [(3, _FLAG)],
    ),
    "function that passes on": (
        "deploy.sh",
        'gc() {\n  gcloud --project p "$@"\n}\ngc run deploy x --set-env-vars A=b\n',
        [(4, _FLAG)],
    ),
    "function that deploys with what it is given": (
        "deploy.sh",
        'ship() {\n  local name=$1; shift\n  gcloud run deploy "$name" "$@" --quiet\n}\nship a \\\n  --set-env-vars A=b\n',
        [(6, _FLAG)],
    ),
    "wrapper of one word": ("deploy.sh", 'run_cmd "gcloud run deploy x --set-env-vars A=b"\n', [(1, _FLAG)]),
    "behind a variable": ("deploy.sh", "$DRY_RUN gcloud run deploy x --set-env-vars A=b\n", [(1, _FLAG)]),
    "loop, case, subshell": (
        "deploy.sh",
        "for s in a b; do\n  gcloud run deploy $s --set-env-vars A=b\ndone\n"
        "case $1 in\n  a) gcloud run deploy a --set-env-vars A=b ;;\nesac\n"
        "(cd x && gcloud run deploy c --set-env-vars A=b)\n",
        [(2, _FLAG), (5, _FLAG), (7, _FLAG)],
    ),
    "substitution": (
        "deploy.sh",
        "URL=$(gcloud run deploy x \\\n  --set-env-vars A=b --format json)\n",
        [(2, _FLAG)],
    ),
    "wrapper": ("deploy.sh", "retry 3 gcloud run deploy x --set-env-vars A=b\n", [(1, _FLAG)]),
    "global flags before the group": (
        "deploy.sh",
        "gcloud --project p --quiet run deploy x --set-env-vars A=b\n",
        [(1, _FLAG)],
    ),
    "after a here-document": (
        "deploy.sh",
        "cat <<'EOF'\ngcloud run deploy --set-env-vars A=b\nEOF\ngcloud run deploy x --set-env-vars A=b\n",
        [(4, _FLAG)],
    ),
    "no ending, in a scripts folder": (
        "bin/deploy-service",
        "#!/usr/bin/env bash\ngcloud run deploy x --set-env-vars A=b\n",
        [(2, _FLAG)],
    ),
    "Cloud Build block list": (
        "cloudbuild.yaml",
        """\
        steps:
        - name: gcr.io/google.com/cloudsdktool/cloud-sdk
          entrypoint: gcloud
          args:
          - run
          - deploy
          - svc
          - '--set-env-vars'
          - 'A=b'
        """,
        [(8, _FLAG)],
    ),
    "Cloud Build flow list over lines": (
        "cloudbuild.yaml",
        """\
        steps:
          - name: gcr.io/cloud-builders/gcloud
            args: ['run', 'deploy', "svc",   # the service
                   '--image', 'x:$SHORT_SHA',
                   '--set-env-vars', 'A=b']
        """,
        [(5, _FLAG)],
    ),
    "Cloud Build shell": (
        "cloudbuild.yaml",
        """\
        steps:
          - name: x
            entrypoint: bash
            args:
              - -c
              - |
                set -e
                gcloud run deploy svc \\
                  --set-env-vars A=b
        """,
        [(9, _FLAG)],
    ),
    "GitHub Actions run": (
        ".github/workflows/deploy.yml",
        """\
        jobs:
          deploy:
            steps:
              - run: |
                  # gcloud run deploy --set-env-vars A=b
                  gcloud run deploy svc --image ${{ env.IMAGE }} \\
                    --set-env-vars "A=${{ secrets.A }}"
        """,
        [(7, _FLAG)],
    ),
    "folded scalar": (
        ".github/workflows/deploy.yml",
        "steps:\n  - run: >-\n      gcloud run deploy svc\n      --set-env-vars A=b\n",
        [(4, _FLAG)],
    ),
    "flags of the deploy action": (
        ".github/workflows/deploy.yml",
        """\
        steps:
          - uses: google-github-actions/deploy-cloudrun@v2
            with:
              service: svc
              flags: '--cpu=1 --set-env-vars=A=b'
              env_vars_update_strategy: overwrite
        """,
        [(5, _FLAG), (6, "env_vars_update_strategy: overwrite")],
    ),
    "GitLab": (
        ".gitlab-ci.yml",
        'deploy:\n  script:\n    - echo deploying\n    - "gcloud run deploy svc --set-env-vars A=b"\n',
        [(4, _FLAG)],
    ),
    "Makefile": (
        "Makefile",
        "FLAGS = --region r \\\n  --set-env-vars A=b\n\ndeploy:\n\t@gcloud run deploy svc $(FLAGS)\n",
        [(2, _FLAG)],
    ),
    "Python list": (
        "tools/deploy.py",
        """\
        import subprocess
        def deploy(name, values):
            command = ["gcloud", "run", "deploy", name]
            if values:
                command += ["--set-env-vars", ",".join(values)]
            subprocess.run(command, check=True)
        """,
        [(5, _FLAG)],
    ),
    "Python f-string over lines": (
        "tools/deploy.py",
        'import os\nos.system(f"gcloud run deploy {name} "\n          f"--set-env-vars A={a}")\n',
        [(3, _FLAG)],
    ),
}

GOOD = {
    "update": ("deploy.sh", "gcloud run deploy x --update-env-vars A=b --remove-env-vars C\n"),
    "creates": ("deploy.sh", "gcloud run jobs create j --set-env-vars A=b\n"),
    "another command": ("deploy.sh", "gcloud builds submit --set-env-vars A=b\n"),
    "another program": ("deploy.sh", "adk deploy -- gcloud run deploy --set-env-vars A=b\n"),
    "echo": ("deploy.sh", 'echo "gcloud run deploy x --set-env-vars A=b"\necho gcloud run deploy --set-env-vars\n'),
    "comment": ("deploy.sh", "true # gcloud run deploy x --set-env-vars A=b\n"),
    "here-document": ("deploy.sh", "cat <<-EOF >&2\n\tgcloud run deploy x --set-env-vars A=b\n\tEOF\n"),
    "grep": ("deploy.sh", "grep -q 'gcloud run deploy.*--set-env-vars' deploy.sh\n"),
    "string variable nobody runs": ("deploy.sh", 'HELP="gcloud run deploy x --set-env-vars A=b"\n'),
    "only where it is absent": (
        "deploy.sh",
        "if ! gcloud run services describe x >/dev/null 2>&1; then\n  gcloud run deploy x --set-env-vars A=b\nfi\n",
    ),
    "only where it is absent, else": (
        "deploy.sh",
        "if gcloud run services describe x; then :; else\n  gcloud run deploy x --set-env-vars A=b\nfi\n",
    ),
    "only where it is absent, or": (
        "deploy.sh",
        "gcloud run services describe x ||\n  gcloud run deploy x --set-env-vars A=b\n",
    ),
    "a key of another YAML": ("policy.yaml", "flags:\n  set-env-vars: a=b\ndescription: gcloud run deploy x --set-env-vars A=b\n"),
    "Python text": ("tools/deploy.py", 'print("gcloud run deploy x --set-env-vars A=b")\nHELP = "gcloud run deploy x --set-env-vars"\n'),
    "a test": ("tests/e2e/deploy.sh", "gcloud run deploy x-$RANDOM --set-env-vars A=b\n"),
    "a test in Python": ("app/e2e_test.py", 'import os\nos.system("gcloud run deploy x --set-env-vars A=b")\n'),
    "vendored": ("node_modules/x/deploy.sh", "gcloud run deploy x --set-env-vars A=b\n"),
    "no shebang": ("bin/notes", "gcloud run deploy x --set-env-vars A=b\n"),
    "Markdown prose": ("README.md", "Run `gcloud run deploy x --set-env-vars A=b`, or\n\n    gcloud run deploy --set-env-vars\n"),
    "Markdown of another language": ("README.md", "```yaml\nrun: gcloud run deploy x --set-env-vars A=b\n```\n"),
    "Markdown output": ("README.md", "```console\n$ ls\nuse run deploy --set-env-vars\n```\n"),
    "Markdown template": (
        "README.md",
        "```sh\ngcloud run deploy x --project=<PROJECT_ID> --set-env-vars A=b\ngcloud run deploy my-service --set-env-vars A=b\n```\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), BAD.values(), ids=BAD.keys())
def test_finds(path: str, text: str, expected: list[tuple[int, str]]) -> None:
    assert said(RULE, path, text) == expected


@pytest.mark.parametrize(("path", "text"), GOOD.values(), ids=GOOD.keys())
def test_leaves_alone(path: str, text: str) -> None:
    assert said(RULE, path, text) == []


def test_fix_replaces_the_flag_on_its_line() -> None:
    (finding,) = findings(RULE, {"d.sh": "gcloud run deploy x \\\n --set-env-vars A=b\n"})
    assert finding.fix == Fix("replace", "d.sh", "--update-env-vars", 2, "--set-env-vars")
    assert finding.severity is Severity.ERROR
    assert "of x" in finding.message


def test_a_file_of_variables_has_no_simple_replacement() -> None:
    (finding,) = findings(RULE, {"d.sh": "gcloud run deploy x --env-vars-file f\n"})
    assert finding.fix is None
    assert "--update-env-vars" in finding.advice


@pytest.mark.parametrize("language", ["sh", "bash", "console", ""])
def test_markdown_warns(language: str) -> None:
    text = f"1. deploy\n\n   ```{language}\n   $ gcloud run services update x \\\n       --set-env-vars A=b\n   ```\n"
    (finding,) = findings(RULE, {"docs/runbook.md": text})
    assert (finding.line, finding.severity) == (5, Severity.WARNING)


def test_an_update_in_markdown_meets_a_service_even_with_placeholders() -> None:
    text = "```sh\ngcloud run services update <SERVICE> --set-env-vars A=b\n```\n"
    assert said(RULE, "README.md", text) == [(2, "--set-env-vars")]


def test_values_are_never_shown() -> None:
    found = findings(RULE, {"d.sh": "gcloud run deploy x --set-env-vars PASSWORD=hunter2\n"})
    assert "hunter2" not in repr(found)
