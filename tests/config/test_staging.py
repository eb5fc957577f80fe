"""What deploy scripts copy beside main.py becomes `include`, so that a first check judges what they upload."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.config.deploys import confirmed
from deployguard.config.discover import discover
from deployguard.config.load import parse_project
from deployguard.config.staging import staged
from deployguard.config.write import ProjectFacts, render
from tests.trees import Link, tree_of

REPOSITORY: Mapping[str, str | bytes | Link] = {
    "fn/orders/main.py": "import shared.money\n\ndef handle(request): ...\n",
    "fn/orders/requirements.txt": "",
    "shared/__init__.py": "",
    "shared/money.py": "",
    "libs/tax/__init__.py": "",
}


def includes(scripts: Mapping[str, str], **more: str | bytes | Link) -> list[tuple[str, str]]:
    tree = tree_of(
        {**REPOSITORY, **{name.replace("__", "/"): text for name, text in more.items()}, **scripts}
    )
    found = staged(tree, confirmed(tree, discover(tree)))
    parse_project(render(found, ProjectFacts()), "deployguard.toml")
    return [(part.path, part.to) for one in found if one.folder == "fn/orders" for part in one.include]


def script(*copies: str, source: str = '"$STAGE"') -> str:
    lines = ("STAGE=$(mktemp -d)", 'cp fn/orders/main.py "$STAGE/"', *copies)
    return "\n".join((*lines, f"gcloud functions deploy orders --source {source} --trigger-http", ""))


@pytest.mark.parametrize(
    "copy",
    [
        'cp -r shared "$STAGE/"',
        "cp -r shared/ ${STAGE}",
        'cp -a "$ROOT/shared" "$STAGE/shared"',
        "rsync -aL --exclude __pycache__ --exclude='*.pyc' \\\n  shared/ \"$STAGE/shared/\" 2>/dev/null || true",
        'mkdir -p "$STAGE/shared" && cp shared/* "$STAGE/shared/"',
    ],
)
def test_a_copied_folder_is_included(copy: str) -> None:
    assert includes({"bin/deploy.sh": script(copy)}) == [("shared", "shared")]


def test_a_copied_file_and_a_folder_in_another_place_are_included_where_they_arrive() -> None:
    copies = (
        'mkdir -p "$STAGE/shared"',
        'cp shared/money.py "$STAGE/shared/"',
        'cp -r libs/tax "$STAGE/tax"',
        'cp shared/__init__.py "$STAGE/shared/__init__.py"',
    )
    assert includes({"bin/deploy.sh": script(*copies)}) == [
        ("shared/__init__.py", "shared/__init__.py"),
        ("shared/money.py", "shared/money.py"),
        ("libs/tax", "tax"),
    ]


def test_a_folder_that_is_copied_whole_stands_for_what_lies_in_it() -> None:
    copies = ('cp -r shared "$STAGE/"', 'cp shared/money.py "$STAGE/shared/"')
    assert includes({"bin/deploy.sh": script(*copies)}) == [("shared", "shared")]


def test_a_script_in_the_folder_copies_from_where_it_lies() -> None:
    text = 'cp -r ../../shared "$PKG/"\ngcloud functions deploy orders --source "$PKG" --trigger-http\n'
    assert includes({"fn/orders/deploy.sh": text}) == [("shared", "shared")]


@pytest.mark.parametrize(
    "text",
    [
        "cd fn/orders\ncp -r ../../shared .\ngcloud functions deploy orders --source . --trigger-http\n",
        "cd $ROOT/fn/orders && cp -r ../../shared ./shared\ngcloud functions deploy orders --source=. --trigger-http\n",
        "cp -r shared fn/orders/\ngcloud functions deploy orders --source fn/orders --trigger-http\n",
        "cp -r shared fn/orders/shared\ncd fn/orders\ngcloud functions deploy orders --trigger-http\n",
    ],
)
def test_what_is_copied_into_the_folder_itself_is_included(text: str) -> None:
    assert includes({"bin/deploy.sh": text}) == [("shared", "shared")]


def test_a_build_that_takes_the_folder_from_its_caller_speaks_for_all_that_import_what_it_copies() -> None:
    build = (
        "steps:\n- args:\n  - |\n    cp ${_SOURCE}/main.py /workspace/pkg/\n    cp -r shared /workspace/pkg/\n"
        "    gcloud functions deploy ${_NAME} --source /workspace/pkg\n"
    )
    assert includes({"cloudbuild.yaml": build}) == [("shared", "shared")]
    assert includes({"cloudbuild.yaml": build.replace("shared", "libs")}) == []


@pytest.mark.parametrize(
    "copy",
    [
        'cp -r shared "$BACKUP/"',
        "cp -r shared /tmp/elsewhere/",
        "cp -r fn/orders/data $STAGE/",
        "cp -r fn $STAGE/",
        "cp -r nothing_like_it $STAGE/",
        "cp -r ../outside $STAGE/",
        "# cp -r shared $STAGE/",
        "cp -r 'shared $STAGE/",
        "cp",
    ],
)
def test_other_copies_say_nothing(copy: str) -> None:
    assert includes({"bin/deploy.sh": script(copy)}) == []


def test_a_script_of_another_function_says_nothing() -> None:
    text = script('cp -r shared "$STAGE/"').replace("fn/orders", "fn/orders-archive")
    assert includes({"bin/deploy.sh": text}) == []


def test_a_folder_with_links_of_its_own_is_judged_by_them() -> None:
    links = {"fn__orders__shared__money.py": Link("../../../shared/money.py")}
    assert includes({"bin/deploy.sh": script('cp -r shared "$STAGE/"')}, **links) == []
