"""Services that a buildpack builds: found by what deploys them, or by a Procfile."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.config.load import parse_project
from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import Discovered, discover
from deployguard.discovery.write import ProjectFacts, render
from tests.trees import tree_of

INGEST: Mapping[str, str] = {
    "services/ingest/app.py": "import flask\napp = flask.Flask(__name__)\n",
    "services/ingest/requirements.txt": "flask\n",
    "services/ingest/.python-version": "3.12\n",
}
IMAGE = 'FROM python:3.12-slim\nCOPY . .\nCMD ["gunicorn", "app:app"]\n'
PROCFILE = "web: gunicorn app:app\n"


def found_in(files: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    tree = tree_of(files)
    found = confirmed(tree, discover(tree))
    assert not found or parse_project(render(found, ProjectFacts()), "deployguard.toml").services
    return [_row(one) for one in found]


def _row(one: Discovered) -> tuple[str, str, str, str]:
    return one.name, one.kind, one.folder, one.dockerfile


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        (
            "deploy.sh",
            "gcloud run deploy bq-ingest --source services/ingest --region us-west2\n",
            "bq-ingest",
        ),
        ("Makefile", "ship:\n\tgcloud beta run deploy $(NAME) --source=./services/ingest/\n", "ingest"),
        ("services/ingest/deploy.sh", "gcloud run deploy bq-ingest \\\n  --source .\n", "bq-ingest"),
        (
            "cloudbuild.yaml",
            "steps:\n- name: gcloud\n  args: [run, deploy, bq-ingest, --source=services/ingest]\n",
            "bq-ingest",
        ),
        (
            ".github/workflows/ship.yml",
            "jobs:\n  a:\n    steps:\n      - uses: google-github-actions/deploy-cloudrun@v2\n        with:\n"
            "          service: bq-ingest\n          source: ./services/ingest\n",
            "bq-ingest",
        ),
        ("services/ingest/Procfile", PROCFILE, "ingest"),
    ],
)
def test_a_folder_that_a_buildpack_builds_is_a_service(path: str, text: str, name: str) -> None:
    assert found_in({**INGEST, path: text}) == [(name, "run", "services/ingest", "")]
    tree = tree_of({**INGEST, path: text})
    written = render(confirmed(tree, discover(tree)), ProjectFacts())
    (service,) = parse_project(written, "deployguard.toml").services
    assert (service.source, service.dockerfile, service.runtime.name) == ("services/ingest", "", "python312")


@pytest.mark.parametrize(
    ("flags", "runtime"),
    [("", "python314"), ("--base-image python313", "python313"), ("--base-image x", "python314")],
)
def test_its_python_is_what_the_deploy_asks_for_or_the_newest(flags: str, runtime: str) -> None:
    files = {path: text for path, text in INGEST.items() if not path.endswith(".python-version")}
    tree = tree_of({**files, "deploy.sh": f"gcloud run deploy bq-ingest --source services/ingest {flags}\n"})
    written = render(confirmed(tree, discover(tree)), ProjectFacts())
    (service,) = parse_project(written, "deployguard.toml").services
    assert service.runtime.name == runtime


@pytest.mark.parametrize(
    "text",
    [
        "gcloud run deploy bq-ingest --image us-docker.pkg.dev/p/r/ingest\n",
        "gcloud run deploy bq-ingest --source $FOLDER\n",
        "gcloud run deploy bq-ingest --source services/absent\n",
        "cp docker/ingest.Dockerfile services/ingest/Dockerfile\ngcloud run deploy x --source services/ingest\n",
        "gcloud run deploy f --source services/ingest --function handle --base-image python312\n",
    ],
)
def test_what_does_not_say_that_a_buildpack_builds_it_is_none(text: str) -> None:
    assert found_in({**INGEST, "deploy.sh": text}) == []


def test_scripts_of_other_times_say_nothing() -> None:
    deploy = "gcloud run deploy bq-ingest --source services/ingest\n"

    assert found_in({**INGEST, "bin/archive/deploy.sh": deploy}) == []


def test_an_image_that_is_built_by_the_deploy_has_the_name_of_its_service() -> None:
    files = {**INGEST, "services/ingest/Dockerfile": IMAGE, "services/ingest/Procfile": PROCFILE}
    deploy = "gcloud run deploy bq-ingest --source services/ingest\n"

    assert found_in({**files, "deploy.sh": deploy}) == [
        ("bq-ingest", "run", "services/ingest", "services/ingest/Dockerfile")
    ]


def test_a_guessed_function_that_is_deployed_as_a_service_is_one() -> None:
    files = {"jobs/count/main.py": "def run(request): ...\n", "jobs/count/requirements.txt": ""}

    assert found_in(files) == [("count", "function", "jobs/count", "")]
    deploy = {"deploy.sh": "gcloud run deploy counter --source jobs/count\n"}
    assert found_in({**files, **deploy}) == [("counter", "run", "jobs/count", "")]


def test_a_procfile_at_the_top_says_nothing_beside_dockerfiles() -> None:
    top = {"Procfile": PROCFILE, "app.py": "", "requirements.txt": ""}

    assert found_in(top) == [("service", "run", ".", "")]
    assert found_in({**top, "api/Dockerfile": IMAGE}) == [("api", "run", "api", "api/Dockerfile")]
