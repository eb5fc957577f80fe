from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.discovery.discover import Discovered, discover
from deployguard.discovery.write import ProjectFacts, render
from deployguard.model.runtime import Runtime
from tests.trees import Link, tree_of

HTTP = "import functions_framework\n@functions_framework.http\ndef serve(request): ...\n"
CLASSIC = "def serve(request): ...\n"
WEB = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "main:app"]\n'


def only(files: Mapping[str, str | bytes | Link]) -> Discovered:
    (found,) = discover(tree_of(files))
    return found


def names(files: Mapping[str, str | bytes | Link]) -> list[str]:
    return [found.name for found in discover(tree_of(files))]


def test_a_function_is_a_folder_with_a_target_and_requirements() -> None:
    found = only({"fn/Order_Count/main.py": HTTP, "fn/Order_Count/requirements.txt": "", "main.py": CLASSIC})
    assert (found.name, found.kind, found.folder, found.is_certain) == (
        "order-count",
        "function",
        "fn/Order_Count",
        True,
    )
    assert [target.name for target in found.targets] == ["serve"]


def test_pyproject_will_do_for_requirements_and_the_root_for_a_folder() -> None:
    found = only({"main.py": CLASSIC, "pyproject.toml": ""})
    assert (found.folder, found.name, found.is_certain) == (".", "service", False)


def test_a_linked_main_and_linked_folders_are_seen() -> None:
    found = only(
        {
            "lib/entry.py": HTTP,
            "shared/a.py": "",
            "fn/a/main.py": Link("../../lib/entry.py"),
            "fn/a/requirements.txt": "",
            "fn/a/shared": Link("../../shared"),
        }
    )
    assert (found.folder, found.linked) == ("fn/a", ("lib", "shared"))


@pytest.mark.parametrize(
    "folder",
    [
        "tests/fn",
        "fn/.venv/lib",
        "fn/node_modules/x",
        "vendor/fn",
        ".ci/fn",
        "fn/{{name}}",
        "fn/fixtures",
        "docs/archive/fn",
    ],
)
def test_what_is_never_deployed_is_passed_over(folder: str) -> None:
    assert names({f"{folder}/main.py": HTTP, f"{folder}/requirements.txt": ""}) == []


def test_a_virtual_environment_is_known_by_its_marker() -> None:
    assert names({"box/pyvenv.cfg": "", "box/x/main.py": HTTP, "box/x/requirements.txt": ""}) == []


def test_an_app_engine_application_is_no_service() -> None:
    assert (
        names({"a/app.yaml": "", "a/main.py": CLASSIC, "a/requirements.txt": "", "a/Dockerfile": WEB}) == []
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("runtime: python312\nentrypoint: gunicorn main:app\n", ["a"]),
        ("runtime: python\nenv: flex\n", []),
        ("runtime: custom\nenv: flex\n", []),
    ],
)
def test_a_dockerfile_beside_an_application_of_the_standard_environment_is_a_service(
    text: str, expected: list[str]
) -> None:
    assert (
        names({"a/app.yaml": text, "a/main.py": CLASSIC, "a/requirements.txt": "", "a/Dockerfile": WEB})
        == expected
    )
    assert names({"a/app.yaml": text, "a/main.py": CLASSIC, "a/requirements.txt": ""}) == []


def test_dockerfiles_are_told_apart_by_what_their_names_say() -> None:
    assert names({"shop/Dockerfile": WEB, "shop/Dockerfile.worker": WEB, "shop/mail.Dockerfile": WEB}) == [
        "shop",
        "worker",
        "mail",
    ]
    assert names({"shop/Dockerfile.api": WEB, "stock/Dockerfile.api": WEB, "stock/Dockerfile": WEB}) == [
        "shop",
        "stock",
        "api",
    ]
    assert names({"Dockerfile.worker": WEB}) == ["worker"]
    assert names({"Dockerfile.cloudrun": WEB}) == ["service"]


def test_a_dockerfile_for_development_is_none_beside_another() -> None:
    assert names({"shop/Dockerfile": WEB, "shop/Dockerfile.dev": WEB, "shop/local.Dockerfile": WEB}) == [
        "shop"
    ]
    assert names({"shop/Dockerfile.dev": WEB}) == ["shop"]


def test_a_folder_inside_a_function_is_its_part_unless_it_is_marked() -> None:
    outer = {"a/main.py": HTTP, "a/requirements.txt": "", "a/b/requirements.txt": ""}
    assert names(outer | {"a/b/main.py": CLASSIC}) == ["a"]
    found = discover(tree_of(outer | {"a/b/main.py": HTTP}))
    assert [one.name for one in found] == ["a", "b"]
    assert found[1].notes == ("lies inside `a`, which uploads it too",)


def test_a_broken_main_is_a_service_all_the_same() -> None:
    """Left out of the configuration, it would be the one that no check looks at."""
    found = only({"a/main.py": HTTP + "def b(:\n", "a/requirements.txt": ""})
    assert found.notes == ("main.py is not Python that can be read: invalid syntax (line 4)",)
    assert [target[:2] for target in found.targets] == [("serve", "http")]
    text = render((found,), ProjectFacts())
    assert 'entry-point = "serve"' in text
    assert "# main.py is not Python that can be read" in text


def test_a_broken_main_that_marks_no_function_is_none() -> None:
    assert names({"a/main.py": CLASSIC + "def b(:\n", "a/requirements.txt": ""}) == []


def test_the_nearest_python_version_is_the_runtime() -> None:
    files = {"f/a/main.py": HTTP, "f/a/requirements.txt": "", ".python-version": "3.13.1\n"}
    assert only(files).runtime == Runtime(3, 13)
    assert only(files | {"f/.python-version": "3.12"}).runtime == Runtime(3, 12)
    assert only(files | {"f/.python-version": b"\xff"}).runtime is None
    assert only(files | {"f/a/.python-version": "2.7"}).runtime is None


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (WEB, True),
        ("FROM debian\nRUN apt-get install python3\nENTRYPOINT python3 -m shop\n", True),
        ("FROM python:3.12 AS base\nFROM base\nCMD ./start.sh\n", True),
        ("FROM python:3.12\nCMD exec gunicorn \\\n  --bind :$PORT main:app\n", True),
        ('FROM registry/x\nCMD ["uv", "run", "server.py"]\n', True),
        ("FROM python:3.12\nRUN pip install build\n", False),
        ("FROM registry/x\nCMD uwsgi --ini app.ini\n", True),
        ('FROM registry/x\nCMD ["chainlit", "run", "x.py"]\n', True),
        ("FROM python:3.12\nCMD pytest\n", False),
        ('FROM node:20\nCMD ["node", "python-less.js"]\n', False),
        ("FROM python:3.12\nCMD python x.py\nFROM nginx\nCMD nginx\n", False),
        ("FROM python:3.12 AS app\nCMD python x.py\nFROM app AS production\nENV LEVEL=2\n", True),
        (
            'FROM templates/python3-launcher\nENTRYPOINT ["/opt/google/dataflow/python_template_launcher"]\n',
            False,
        ),
    ],
)
def test_a_dockerfile_is_a_service_when_it_starts_python(dockerfile: str, expected: bool) -> None:
    assert bool(names({"shop/Dockerfile": dockerfile})) is expected


@pytest.mark.parametrize("name", ["Dockerfile.md", "Dockerfile.bak", "Dockerfile.j2", "my-Dockerfile"])
def test_what_is_only_named_after_a_dockerfile_is_none(name: str) -> None:
    assert names({name: WEB}) == []


def test_the_context_is_the_nearest_folder_that_holds_what_is_copied() -> None:
    copy = 'FROM python:3.12\nCOPY shared/ shared\nCOPY shop/*.py .\nCMD ["python", "main.py"]\n'
    shop = {"apps/shop/Dockerfile": copy, "apps/shop/main.py": ""}
    assert only(shop | {"apps/shared/a.py": ""}).context == "apps"
    own = copy.replace("shop/*.py", "*.py").replace("shared/ shared", "main.py .")
    assert only({"apps/shop/Dockerfile": own, "apps/shop/main.py": "", "main.py": ""}).context == "apps/shop"
    missing = only({"a/shop/Dockerfile": own.replace("*.py", "absent"), "a/shop/main.py": "", "x.py": ""})
    assert missing.context == "a/shop"
    assert missing.lacking == ("absent",)
    assert only({"docker/Dockerfile": WEB, "main.py": ""}).context == "."


def test_what_is_used_tells_the_context_of_an_image_that_copies_all_of_it() -> None:
    all_of_it = "FROM python:3.12\nWORKDIR /app\nCOPY . ./\nRUN pip install -r requirements.txt\nCMD {}\n"
    lacks = {"redis/run/Dockerfile": all_of_it.format("exec gunicorn main:app"), "redis/run/e2e_test.py": ""}
    assert only(lacks | {"redis/main.py": "", "redis/requirements.txt": "", "main.py": ""}).context == "redis"
    module = all_of_it.format('["python", "-m", "trainer.task"]').replace("RUN", "# RUN")
    holds = {"taxi/Dockerfile": module, "taxi/trainer/task.py": "", "noxfile.py": "", "trainer.py": ""}
    assert only(holds).context == "taxi"
    moved = all_of_it.format("python main.py").replace("CMD", "WORKDIR /app/src\nCMD")
    inside = {"web/Dockerfile": moved, "web/src/main.py": "", "web/requirements.txt": "", "main.py": ""}
    assert only(inside).context == "web"


def test_a_tab_may_stand_behind_an_instruction() -> None:
    assert (
        only({"bot/Dockerfile": "FROM\tpython:3.12\nCOPY\t. /bot\nENTRYPOINT\t/bot/main.py\n"}).kind == "run"
    )


def test_stages_links_and_addresses_are_not_copied_from_the_context() -> None:
    text = 'FROM python:3.12\nCOPY --from=uv /uv /bin/\nADD https://a/b /x\nCOPY ["main.py", "./"]\nCMD python main.py\n'
    assert only({"a/Dockerfile": text, "a/main.py": ""}).context == "a"


def test_a_dockerfile_beside_a_function_makes_it_one_service() -> None:
    assert only({"a/Dockerfile": WEB, "a/main.py": HTTP, "a/requirements.txt": ""}).kind == "run"


def test_names_are_valid_unique_and_say_something() -> None:
    function = {"main.py": HTTP, "requirements.txt": ""}
    folders = ("billing/src", "a/orders", "b/orders", "1st", "defaults", "Überblick", "日本")
    files = {f"{folder}/{name}": text for folder in folders for name, text in function.items()}
    assert names(files) == [
        "s-1st",
        "orders",
        "b-orders",
        "billing",
        "defaults-2",
        "uberblick",
        "service",
    ]


def test_what_a_known_folder_hands_out_is_part_of_it() -> None:
    tree = tree_of(
        {
            "main.py": "from fn.orders.main import serve\n",
            "fn/orders/main.py": HTTP,
            "fn/orders/requirements.txt": "",
            "fn/parcels/main.py": HTTP,
            "fn/parcels/requirements.txt": "",
        }
    )
    assert [one.folder for one in discover(tree, frozenset({"."}))] == ["fn/parcels"]


@pytest.mark.parametrize("folder", ["lambda/orders", "src/lambda_orders", "Lambdas/x"])
def test_a_handler_of_another_cloud_is_no_function(folder: str) -> None:
    classic = {f"{folder}/main.py": "def serve(event, context): ...\n", f"{folder}/requirements.txt": ""}
    assert names(classic) == []
    assert len(names({**classic, f"{folder}/main.py": HTTP})) == 1
