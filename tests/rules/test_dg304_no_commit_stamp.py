from __future__ import annotations

import pytest

from deployguard.rules.dg304_no_commit_stamp import RULE
from tests.rules.judged import findings, said


@pytest.mark.parametrize(
    "text",
    [
        "gcloud run deploy x --source .\n",
        "gcloud functions deploy x --runtime python311 --update-labels team=data\n",
        'IMAGE=gcr.io/p/x:latest\ngcloud run deploy "$SERVICE" --image "$IMAGE"\n',
        'gcloud run deploy "$SERVICE" --image "$IMAGE" --region "$REGION"\n',
    ],
)
def test_finds(text: str) -> None:
    assert len(said(RULE, "deploy.sh", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "gcloud run deploy x --source . --update-labels commit-sha=$(git rev-parse HEAD)\n",
        "gcloud run deploy x --source . --labels=git-sha=$SHA\n",
        "gcloud run deploy x --update-env-vars BUILD_COMMIT=$X\n",
        "TAG=$(git rev-parse --short HEAD)\nIMAGE=gcr.io/p/x:$TAG\ngcloud run deploy x --image $IMAGE\n",
        'LABELS="commit-sha=$V"\nARGS=(--labels "$LABELS")\ngcloud run deploy x "${ARGS[@]}"\n',
        'gcloud run deploy "$@"\n',
        "gcloud run deploy x --source . $EXTRA_FLAGS\n",
        "gcloud run services update x --memory 1Gi\n",
        "gcloud run services update-traffic x --to-latest\n",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert said(RULE, "deploy.sh", text) == []


def test_substitutions_of_cloud_build() -> None:
    text = """\
    steps:
      - name: gcr.io/cloud-builders/gcloud
        args: [run, deploy, x, --image, $_IMAGE]
    substitutions:
      _IMAGE: gcr.io/p/x:$SHORT_SHA
    """
    assert said(RULE, "cloudbuild.yaml", text) == []
    assert said(RULE, "cloudbuild.yaml", text.replace("SHORT_SHA", "_TAG")) == [(3, "gcloud run deploy")]


def test_the_deploy_action_stamps_by_itself() -> None:
    text = "steps:\n  - uses: google-github-actions/deploy-cloudrun@v2\n    with:\n      service: x\n"
    assert said(RULE, ".github/workflows/d.yml", text) == []


def test_markdown_is_left_alone() -> None:
    assert said(RULE, "README.md", "```sh\ngcloud run deploy x --source .\n```\n") == []


def test_python_names_speak_of_the_commit() -> None:
    text = (
        'import subprocess\nsubprocess.run(["gcloud", "run", "deploy", "x", f"--image=x:{%s}"], check=True)\n'
    )
    assert said(RULE, "deploy.py", text % "git_sha") == []
    assert said(RULE, "deploy.py", text % "tag") == [(2, "gcloud run deploy")]


@pytest.mark.parametrize(
    ("path", "commit"),
    [
        (".github/workflows/d.yml", "${{ github.sha }}"),
        (".gitlab-ci.yml", "$CI_COMMIT_SHA"),
        ("cloudbuild.yaml", "$COMMIT_SHA"),
    ],
)
def test_advice_fits_the_place(path: str, commit: str) -> None:
    (finding,) = findings(RULE, {path: "steps:\n  - run: gcloud run deploy x\n"})
    assert finding.advice == f"add --update-labels=commit-sha={commit}"
