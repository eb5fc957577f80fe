"""What `gcloud run deploy --source` and `gcloud run jobs deploy --source` tell."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.config.load import parse_project
from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import Discovered, discover
from deployguard.discovery.write import ProjectFacts, render
from deployguard.model.service import Include
from tests.trees import tree_of

FILES: Mapping[str, str] = {
    "svc/web/main.py": "import flask\napp = flask.Flask(__name__)\n",
    "svc/web/requirements.txt": "flask\n",
    "svc/image/Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "app.py"]\n',
    "svc/image/app.py": "",
    "svc/image/requirements.txt": "",
    "svc/front/package.json": "{}",
    "svc/front/app.py": "",
    "svc/front/requirements.txt": "",
    "libs/money/__init__.py": "",
    "runtime.txt": "requests\n",
    "tools/Procfile": "web: gunicorn main:app\n",
}


def after(files: Mapping[str, str]) -> dict[str, Discovered]:
    tree = tree_of({**FILES, **files})
    return {one.name: one for one in confirmed(tree, discover(tree))}


WEB = "gcloud run deploy shop --source svc/web --region us-west2 --allow-unauthenticated\n"


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.sh": WEB},
        {"svc/web/deploy.sh": 'cd "$(dirname "$0")" && gcloud beta run deploy shop --source=.\n'},
        {"cloudbuild.yaml": "steps:\n- name: gcloud\n  args: [run, deploy, shop, --source, svc/web]\n"},
        {
            ".github/workflows/ship.yml": "    - uses: google-github-actions/deploy-cloudrun@v2\n      with:\n"
            "        service: shop\n        source: ./svc/web\n"
        },
    ],
)
def test_a_folder_without_a_dockerfile_is_a_service_that_buildpacks_build(files: dict[str, str]) -> None:
    found = after(files)
    assert {name: (one.kind, one.folder) for name, one in found.items()} == {
        "shop": ("run", "svc/web"),
        "image": ("run", "svc/image"),
    }
    text = render(found.values(), ProjectFacts())
    assert (
        '[services.shop]\nkind = "run"\nsource = "svc/web"\nruntime = "python314"\n# no file says its Python: the buildpack takes its newest\n# as '
        in text
    )
    assert parse_project(text, "x.toml").services


def test_a_job_says_that_it_is_one_and_what_it_starts() -> None:
    found = after(
        {
            "deploy.sh": "gcloud run jobs deploy nightly --source svc/web --command python --args main.py,--all\n"
        }
    )
    text = render(found.values(), ProjectFacts())
    assert (
        'command = ["python", "main.py", "--all"]\n# no file says its Python: the buildpack takes its newest\n# as deploy.sh:1 deploys it, as a job\n'
        in text
    )


def test_the_deployed_folder_of_a_dockerfile_is_its_context() -> None:
    found = after(
        {
            "svc/image/Dockerfile": "FROM python:3.12\nCMD python app.py\n",
            "deploy.sh": "gcloud run deploy x --source svc/image\n",
        }
    )
    assert (found["x"].dockerfile, found["x"].context) == ("svc/image/Dockerfile", "svc/image")


def test_a_service_with_a_function_is_a_function() -> None:
    function = {
        "fn/main.py": "def first(request): ...\ndef second(request): ...\n",
        "fn/requirements.txt": "",
    }
    deploy = "gcloud run deploy counter --source fn --function second --base-image=python312\n"
    found = after({**function, "deploy.sh": deploy})["counter"]
    assert (found.kind, found.targets[0].name, found.runtime and found.runtime.name) == (
        "function",
        "second",
        "python312",
    )


@pytest.mark.parametrize(
    "text",
    [
        "gcloud run deploy shop --image gcr.io/p/shop\n",
        "gcloud run deploy front --source svc/front\n",
        "gcloud run deploy gone --source svc/gone\n",
        'gcloud run deploy "$NAME" --source "$DIR"\n',
        "gcloud run services update shop --source svc/web\n",
    ],
)
def test_what_tells_no_folder_of_python_is_left_alone(text: str) -> None:
    assert set(after({"deploy.sh": text})) == {"image"}


MAKE = (
    "BUILD = build\n\nProcfile:\n\tcp $(TOP)tools/Procfile .\n\n"
    "ship : main.py requirements.txt Procfile  # all of it\n\tmkdir -p $(BUILD)\n\tcp -r $(TOP)libs/money $(BUILD)/\n"
    "\tcp $^ $(BUILD)/\n{}\tgcloud run deploy shop \\\n\t\t--source $(BUILD)\n"
)


def test_what_make_lays_into_a_build_folder_is_included() -> None:
    shop = after({"svc/web/Makefile": MAKE.format("")})["shop"]
    assert shop.include == (Include("tools/Procfile", "Procfile"), Include("libs/money", "money"))
    assert shop.ignore == ()


def test_requirements_that_are_put_together_are_not_judged() -> None:
    join = "\tcat $(TOP)runtime.txt requirements.txt > $(BUILD)/requirements.txt\n"
    found = after({"svc/web/Makefile": MAKE.format(join)})
    text = render(found.values(), ProjectFacts())
    assert 'ignore = ["DG201", "DG202", "DG221", "DG222"]\n' in text
    assert "# svc/web/Makefile:10 writes its requirements anew: they are not judged\n" in text
    assert parse_project(text, "x.toml").services


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"svc/web/Makefile": "Dockerfile: x.tmpl\n\tsed s/a/b/ $< > Dockerfile\n" + MAKE.format("")},
            "deploys it with a Dockerfile that the script makes",
        ),
        (
            {"svc/web/Dockerfile": FILES["svc/image/Dockerfile"], "svc/web/Makefile": MAKE.format("")},
            "builds it in a folder that the script puts together",
        ),
    ],
)
def test_an_image_that_the_script_makes_is_left_out_with_the_reason(files: dict[str, str], why: str) -> None:
    text = render(after(files).values(), ProjectFacts())
    assert "[services.shop]" not in text
    assert "# Left out, to be looked at:\n# svc/web: svc/web/Makefile:" in text
    assert f"{why}\n" in text


def test_an_image_that_is_deployed_by_its_name_tells_nothing_of_the_folder_it_is_deployed_from() -> None:
    found = after({"svc/image/deploy.sh": "gcloud run deploy shop --image gcr.io/p/shop --source-repo=x\n"})
    assert set(found) == {"image"}


def test_a_dockerfile_that_is_copied_to_the_root_first_is_built_from_there() -> None:
    text = (
        "cp svc/front/Dockerfile ./Dockerfile\ngcloud run deploy front --source .\n"
        "cp svc/image/Dockerfile .\ngcloud run deploy shop --source=.\nrm Dockerfile\n"
    )
    root = {"main.py": "", "requirements.txt": ""}
    found = after({**root, "svc/front/Dockerfile": FILES["svc/image/Dockerfile"], "deploy.sh": text})
    assert {name: (one.dockerfile, one.context) for name, one in found.items()} == {
        "front": ("svc/front/Dockerfile", "."),
        "shop": ("svc/image/Dockerfile", "."),
    }


def test_the_root_is_no_service_of_a_script_that_deploys_what_its_caller_names() -> None:
    root = {"main.py": "", "requirements.txt": ""}
    assert set(after({**root, "deploy.sh": "gcloud run deploy $1 --source ${2:-.}\n"})) == {"image"}
    assert "it" in after({**root, "deploy.sh": "gcloud run deploy it --source ${2:-.}\n"})


def test_a_dockerfile_that_nobody_can_find_is_no_buildpack_build() -> None:
    root = {"main.py": "", "requirements.txt": ""}
    text = "cp $1/Dockerfile .\ngcloud run deploy front --source .\n"
    assert set(after({**root, "deploy.sh": text})) == {"image"}
