from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.config.load import parse_project
from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import Discovered, discover
from deployguard.discovery.write import ProjectFacts, render
from deployguard.model.service import Include
from tests.trees import tree_of

HTTP = "import functions_framework\n@functions_framework.http\ndef serve(request): ...\n"
FILES: Mapping[str, str] = {
    "fn/orders/main.py": HTTP,
    "fn/orders/requirements.txt": "",
    "fn/parcels/main.py": HTTP,
    "fn/parcels/requirements.txt": "",
    "fn/shared/clock.py": "",
    "fn/shared/sub/rules.yaml": "",
    "libs/money/__init__.py": "",
}
ORDERS = "gcloud functions deploy orders --source fn/orders --trigger-http\n"
ALL = "gcloud functions deploy $name --source {} --trigger-http\n"
SHARED = Include("fn/shared", "shared")


def found_with(path: str, text: str) -> tuple[Discovered, ...]:
    tree = tree_of({**FILES, path: text})
    return confirmed(tree, discover(tree))


def included(path: str, text: str) -> dict[str, tuple[Include, ...]]:
    return {one.name: one.include for one in found_with(path, text) if one.include}


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        ("cp -r fn/shared fn/orders/shared", SHARED),
        ("cp -r fn/shared fn/orders/", SHARED),
        ("cp -R ./fn/shared/ fn/orders", SHARED),
        ('rsync -a --exclude "*.pyc" fn/shared/ fn/orders/shared/', SHARED),
        ("cp -r fn/shared/* fn/orders/", Include("fn/shared", ".")),
        ("cp -r fn/shared/. fn/orders", Include("fn/shared", ".")),
        ("cp fn/shared/*.py fn/orders/", Include("fn/shared/clock.py", "clock.py")),
        ("cp fn/shared/clock.py fn/orders/lib/time.py", Include("fn/shared/clock.py", "lib/time.py")),
        ('ROOT="$(pwd)"; cp -r "$ROOT/fn/shared" "$ROOT/fn/orders/"', SHARED),
    ],
)
def test_what_a_script_copies_beside_main_is_included(copy: str, expected: Include) -> None:
    assert included("deploy.sh", f"{copy}\n{ORDERS}") == {"orders": (expected,)}


def test_a_copy_of_what_braces_list() -> None:
    text = "cp -r {fn/shared,libs/{money,gone}} ${HERE}/fn/orders/\n" + ORDERS
    assert included("deploy.sh", text) == {"orders": (SHARED, Include("libs/money", "money"))}


def test_a_folder_that_cloud_build_makes_in_its_workspace() -> None:
    text = """steps:
- name: sdk
  entrypoint: bash
  args:
  - -c
  - |
    mkdir -p /workspace/deployment
    cd /workspace/deployment
    cp -r ../fn/orders/* ./
    cp -r ../fn/shared ./
- name: sdk
  entrypoint: gcloud
  args:
  - functions
  - deploy
  - ${_NAME}
  - --source=/workspace/deployment
  - --entry-point=serve
  - --trigger-topic=orders-new
"""
    assert included("deploy/cloudbuild/orders.yaml", text) == {"orders": (SHARED,)}
    orders = next(
        one for one in found_with("deploy/cloudbuild/orders.yaml", text) if one.folder == "fn/orders"
    )
    assert orders.trigger == (("topic", "orders-new"),)


def test_a_copy_from_within_the_folder() -> None:
    text = "cd fn/orders\ncp -r ../shared .\ngcloud functions deploy orders --source .\n"
    assert included("bin/ship.sh", text) == {"orders": (SHARED,)}
    here = "cp -r ../shared .\ngcloud functions deploy orders --source=.\n"
    assert included("fn/orders/deploy.sh", here) == {"orders": (SHARED,)}


@pytest.mark.parametrize(
    "text",
    [
        "for name in orders parcels; do\n  cp -r fn/shared fn/$name/\n" + ALL.format("fn/$name") + "done\n",
        'for dir in fn/*/; do\n  cp -r fn/shared "$dir"\n' + ALL.format('"$dir"') + "done\n",
        'name=$1\nDIR="fn/$1"\ncp -r fn/shared "$DIR/shared"\n' + ALL.format('"$DIR"'),
        'ship() {\n  local at=$2\n  cp -r "$HERE/../fn/shared" "$at/"\n'
        + ALL.format('"$at"')
        + "}\nship a fn/orders\nship b fn/parcels\n",
        'BUILD=$(mktemp -d)\ncp -r "fn/$1/." "$BUILD"\ncp -r fn/shared "$BUILD/"\n' + ALL.format('"$BUILD"'),
    ],
)
def test_a_script_for_many_functions_includes_for_each(text: str) -> None:
    assert included("bin/deploy.sh", text) == {"orders": (SHARED,), "parcels": (SHARED,)}


def test_only_the_functions_that_a_script_names_are_meant() -> None:
    text = "for name in orders; do\n  cp -r fn/shared fn/$name/\n" + ALL.format("fn/$name") + "done\n"
    assert included("deploy.sh", text) == {"orders": (SHARED,)}


def test_a_build_folder_is_the_function_that_was_laid_in_it() -> None:
    text = (
        "mkdir -p build\ncp -r fn/orders/* build/\ncp -r fn/shared libs/money build/\n"
        "gcloud functions deploy count-orders --source build --entry-point serve --trigger-topic new\n"
    )
    (orders,) = (one for one in found_with("deploy.sh", text) if one.folder == "fn/orders")
    assert (orders.name, orders.trigger) == ("count-orders", (("topic", "new"),))
    assert orders.include == (SHARED, Include("libs/money", "money"))


def test_a_build_folder_is_the_function_whose_main_was_laid_in_it() -> None:
    text = 'AT=$(mktemp -d)\ncp fn/orders/main.py fn/orders/requirements.txt "$AT/"\ncp -r libs/money ${AT}/ 2>/dev/null\n'
    assert included("deploy.sh", text + 'gcloud functions deploy orders --source "$AT"\n') == {
        "orders": (Include("libs/money", "money"),)
    }


def test_a_build_that_takes_the_folder_from_its_caller_speaks_for_all_that_import_what_it_copies() -> None:
    build = (
        "# deploys orders and others\nsteps:\n- args:\n  - |\n    cp ${_SOURCE}/main.py /workspace/pkg/\n"
        "    cp -r libs /workspace/pkg/\n    gcloud functions deploy ${_NAME} --source /workspace/pkg\n"
    )
    tree = tree_of(
        {**FILES, "fn/parcels/main.py": f"from libs import money\n{HTTP}", "cloudbuild.yaml": build}
    )
    found = confirmed(tree, discover(tree))
    assert {one.name: one.include for one in found} == {"orders": (), "parcels": (Include("libs", "libs"),)}


def test_a_step_of_a_workflow_starts_at_the_root() -> None:
    text = (
        "jobs:\n  ship:\n    steps:\n    - run: cp -r fn/shared fn/orders/shared\n    - name: ship\n      run: |\n"
        "        cd fn/orders\n        gcloud functions deploy orders --source=.\n"
        "    - run: cp -r fn/shared fn/parcels/shared\n"
    )
    assert included(".github/workflows/ship.yml", text) == {"orders": (SHARED,), "parcels": (SHARED,)}


PREPARE = "# for each function\nfor each in fn/*; do cp -r libs/money $each/; done\n"


@pytest.mark.parametrize(
    ("path", "deploy"),
    [
        ("bin/prepare.sh", "bash bin/prepare.sh\n" + ORDERS),
        ("bin/prepare.sh", "./bin/prepare.sh && " + ORDERS),
        ("bin/prepare.sh", "(cd bin; . ./prepare.sh)\n" + ORDERS),
        ("bin/prepare.sh", 'HERE="$(dirname "$0")"\nsh "$HERE/bin/prepare.sh" orders\n' + ORDERS),
    ],
)
def test_what_a_deploy_script_runs_first_stages_for_it(path: str, deploy: str) -> None:
    tree = tree_of({**FILES, path: PREPARE, "deploy.sh": deploy})
    found = {one.name: one.include for one in confirmed(tree, discover(tree))}
    assert found == {
        "orders": (Include("libs/money", "money"),),
        "parcels": (Include("libs/money", "money"),),
    }


def test_what_an_action_of_the_repository_copies_is_included() -> None:
    action = f"runs:\n  using: composite\n  steps:\n  - run: |\n      {PREPARE.splitlines()[1]}\n# of all functions\n"
    ship = f"jobs:\n  a:\n    steps:\n    - uses: ./.github/actions/stage-all\n    - run: {ORDERS}"
    tree = tree_of({**FILES, ".github/actions/stage-all/action.yml": action, ".github/workflows/a.yml": ship})
    found = {one.name: one.include for one in confirmed(tree, discover(tree))}
    assert found["orders"] == (Include("libs/money", "money"),)


def test_what_no_deploy_script_runs_stages_nothing() -> None:
    tree = tree_of({**FILES, "bin/prepare.sh": PREPARE, "deploy.sh": f"# bin/prepare.sh\n{ORDERS}"})
    assert not any(one.include for one in confirmed(tree, discover(tree)))


@pytest.mark.parametrize(
    "text",
    [
        "cp -r fn/shared fn/orders/\n",
        "cp -r fn/gone fn/orders/\n" + ORDERS,
        "cp -r fn/orders fn/orders/copy\n" + ORDERS,
        "cp -r fn fn/orders/all\n" + ORDERS,
        "cp -r fn/shared /tmp/elsewhere\n" + ORDERS,
        'cp -r fn/shared "$AWAY"\n' + ORDERS,
        "# cp -r fn/shared fn/orders/\n" + ORDERS,
        "cp fn/orders/main.py fn/parcels/main.py\n" + ORDERS,
        "cp -r fn/shared " + "$a$b" * 40 + "/x\n" + ORDERS,
        "cp -r fn/shared " + "${a}r" * 40 + "/x\n" + ORDERS,
    ],
)
def test_what_is_no_staging_is_left_alone(text: str) -> None:
    assert included("deploy.sh", text) == {}


def test_the_configuration_says_what_is_included_and_where_that_was_read() -> None:
    text = "cp -r fn/shared/* libs/money fn/orders/\ncp -r libs/money/* fn/orders/\ncp -r libs fn/orders/\n"
    written = render(found_with("bin/deploy.sh", text + ORDERS), ProjectFacts())
    assert (
        'include = [{ from = "fn/shared", to = "." }, { from = "libs/money", to = "money" }, '
        '{ from = "libs/money", to = "." }, "libs"]' in written
    )
    assert (
        "# include is what bin/deploy.sh:1, bin/deploy.sh:2, bin/deploy.sh:3 copies beside main.py" in written
    )
    orders = next(one for one in parse_project(written, "x.toml").services if one.name == "orders")
    assert len(orders.include) == 4


STAGED = {
    "services/api/Dockerfile": "FROM python:3.12\nCOPY ./money /money\nRUN pip install money/\nCOPY app app\nCMD python app/main.py\n",
    "services/api/app/main.py": "import money",
    "money/__init__.py": "",
    "setup.py": "",
    "services/web/Dockerfile": "FROM python:3.12\nCOPY nothing /app\nCMD python main.py\n",
}
MONEY = Include("money", "money")


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("build.sh", "cp -r money services/api/money\n", (MONEY,)),
        ("build.sh", "cp -R money/ services/api\ndocker build services/api\n", (MONEY,)),
        ("services/api/build.sh", "cp -r ../../money .\ngcloud builds submit\n", (MONEY,)),
        (
            "prepare.sh",
            "cp -a $1/. .tmp\ncp -r money .tmp/money\ncp setup.py .tmp/money\n",
            (MONEY, Include("setup.py", "money/setup.py")),
        ),
        ("ops/build.yaml", "steps:\n- script: |\n    cp -R money/ services/api/money\n", (MONEY,)),
        ("build.sh", "cp -r money services/web/money\n", ()),
        ("build.sh", "cp -r absent services/api/money\n", ()),
    ],
)
def test_what_a_script_copies_into_a_build_context_is_included(
    path: str, text: str, expected: tuple[Include, ...]
) -> None:
    tree = tree_of({**STAGED, path: text})
    found = {one.dockerfile: one for one in confirmed(tree, discover(tree))}
    api, web = found["services/api/Dockerfile"], found["services/web/Dockerfile"]
    assert api.include == expected
    assert api.lacking == (() if expected else ("./money",))
    assert (web.include, web.lacking) == ((), ("nothing",))
    written = render(found.values(), ProjectFacts())
    assert "# its COPY names what is not in that context: nothing" in written
    assert parse_project(written, "deployguard.toml").services


@pytest.mark.parametrize(
    ("swap", "folder"),
    [
        ("cp fn/requirements.txt fn/orders/requirements.txt", "fn/orders"),
        ("cat fn/requirements.txt fn/orders/requirements.txt > fn/orders/requirements.txt", "fn/orders"),
        (
            'HERE="$(cd "$(dirname "$0")" && pwd)"\ncp "$HERE/fn/requirements.txt" "$HERE/requirements.txt"',
            ".",
        ),
    ],
)
def test_requirements_that_a_script_writes_over_are_not_judged(swap: str, folder: str) -> None:
    files = {"main.py": "from flask import Flask\nserve = Flask(__name__)\n", "requirements.txt": "flask\n"}
    deploy = f"{swap}\ngcloud functions deploy it --source {folder} --entry-point serve\n"
    tree = tree_of({**FILES, **files, "fn/requirements.txt": "requests\n", "deploy.sh": deploy})
    told = {one.folder: one.ignore for one in confirmed(tree, discover(tree)) if one.ignore}
    assert told == {folder: ("DG201", "DG202", "DG221", "DG222")}


@pytest.mark.parametrize("own", ["fn/orders", "${DIR}", "fn/$NAME"])
def test_requirements_that_are_copied_along_are_judged(own: str) -> None:
    text = (
        f"cp {own}/main.py build/\ncp {own}/requirements.txt build/\ncp -r libs build/\n"
        "gcloud functions deploy orders --source build\n"
    )
    main = {"fn/orders/main.py": f"from libs import money\n{HTTP}"}
    tree = tree_of({**FILES, **main, "requirements.txt": "requests\n", "deploy.sh": text})
    found = {one.folder: one for one in confirmed(tree, discover(tree))}["fn/orders"]
    assert (found.include, found.ignore) == ((Include("libs", "libs"),), ())


def test_what_is_zipped_is_staged_too() -> None:
    text = (
        "# functions, for Terraform\njobs:\n  a:\n    steps:\n    - run: |\n        cd fn/orders\n        mkdir -p pack\n"
        "        cp ../shared/*.py pack/\n        zip -r source.zip . -x '*.pyc'\n        gsutil cp source.zip gs://b/\n"
    )
    assert included(".github/workflows/ship.yml", text) == {
        "orders": (Include("fn/shared/clock.py", "pack/clock.py"),)
    }


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        ("cp -r ../../fn/shared shared", (Include("fn/shared", "shared"),)),
        ("cp -r ../../fn/shared/* lib/", (Include("fn/shared", "lib"),)),
        ("cp app.py app.bak", ()),
        ("cp ../../libs/money/__init__.py app.py", ()),
        ("cp -r ../../gone shared", ()),
        ("cd ../..; cp libs/money/__init__.py fn/orders/", ()),
    ],
)
def test_what_a_script_copies_into_a_folder_that_is_copied_whole_is_included(
    copy: str, expected: tuple[Include, ...]
) -> None:
    files = {
        "svc/api/Dockerfile": 'FROM python:3.12\nCOPY . /app\nCMD ["python", "app.py"]\n',
        "svc/api/app.py": "",
        "svc/api/deploy.sh": f'cd "$(dirname "$0")"\n{copy}\ngcloud builds submit --tag gcr.io/p/api\n',
    }
    tree = tree_of({**FILES, **files})
    found = {one.folder: one for one in confirmed(tree, discover(tree))}["svc/api"]
    assert (found.include, found.left_out) == (expected, "")
