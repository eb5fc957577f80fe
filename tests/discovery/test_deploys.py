from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.config.load import parse_project
from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import Discovered, discover
from deployguard.discovery.write import ProjectFacts, render
from deployguard.model.runtime import Runtime
from deployguard.model.service import Include
from tests.trees import Link, tree_of

FUNCTION: Mapping[str, str | bytes | Link] = {
    "fn/orders/main.py": "def first(event, context): ...\ndef second(request): ...\n",
    "fn/orders/requirements.txt": "",
}


def after(scripts: Mapping[str, str | bytes]) -> tuple[Discovered, ...]:
    tree = tree_of({**FUNCTION, **scripts})
    return confirmed(tree, discover(tree))


DEPLOY = "gcloud functions deploy count-orders --entry-point={} --runtime python313 {}\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("bin/deploy.sh", DEPLOY.format("first", "--source fn/orders --trigger-topic=orders-new")),
        ("deploy.sh", "cd fn/orders\n" + DEPLOY.format("first", "--trigger-topic orders-new")),
        ("fn/orders/deploy.sh", DEPLOY.format("first", "--source=. --trigger-topic orders-new && echo done")),
        (
            "Makefile",
            "deploy:\n\t" + DEPLOY.format("first", "--source=./fn/orders/ --trigger-topic orders-new"),
        ),
        (
            "fn/orders/deploy.sh",
            'cd "$(dirname "$0")"\n' + DEPLOY.format("first", "--source=. --trigger-topic orders-new"),
        ),
        (
            "fn/orders/deploy.sh",
            'cd "$(dirname "${BASH_SOURCE[0]}")/../.."\n'
            + DEPLOY.format("first", "--source=fn/orders --trigger-topic orders-new"),
        ),
        (
            "bin/deploy.sh",
            'ROOT="$(cd "$(dirname "$0")/.." && pwd)"\n'
            + DEPLOY.format("first", '--source="$ROOT/fn/orders" --trigger-topic orders-new'),
        ),
        (
            "deploy.sh",
            'HERE="$(cd "$(dirname "$0")" && pwd)"\n'
            + DEPLOY.format("first", '--source="$HERE/fn/orders" --trigger-topic orders-new'),
        ),
        (
            "bin/deploy",
            'DIR="fn/orders"\nTOPIC=orders-new\nNAME=count-orders\ngcloud functions deploy ${NAME} \\\n  --gen2 \\\n'
            "  # a comment\n  --source=$DIR --entry-point=first --runtime=${RUNTIME:-python313} \\\n"
            '  --trigger-topic="$TOPIC"\n',
        ),
    ],
)
def test_a_deploy_script_names_the_function_and_its_trigger(path: str, text: str) -> None:
    (found,) = after({path: text})
    assert (found.name, found.runtime) == ("count-orders", Runtime(3, 13))
    assert found.trigger == (("topic", "orders-new"),)
    assert found.targets[0].name == "first"
    assert f"as {path}:" in found.notes[0]


def test_two_entry_points_of_one_folder_are_two_services() -> None:
    text = (
        "gcloud functions deploy a --source fn/orders --entry-point first --trigger-bucket gs://in\n"
        "gcloud functions deploy b --source fn/orders --entry-point second --trigger-http\n"
    )
    first, second = after({"deploy.sh": text})
    assert (first.name, first.trigger, first.targets[0].name) == ("a", (("bucket", "in"),), "first")
    assert (second.name, second.trigger, second.targets[0].name) == ("b", (("http", ""),), "second")


@pytest.mark.parametrize(
    "text",
    [
        "gcloud functions deploy x --source fn/other --entry-point first\n",
        "gcloud functions deploy x --source fn/orders --entry-point absent\n",
        "gcloud functions deploy x --source $1 --entry-point first\n",
        "# gcloud functions deploy x --source fn/orders --entry-point first\n",
        "gcloud functions deploy x --source 'fn/orders --entry-point first\n",
        "gcloud functions describe x --source fn/orders\n",
    ],
)
def test_what_a_script_does_not_plainly_say_is_not_taken(text: str) -> None:
    (found,) = after({"deploy.sh": text})
    assert (found.name, found.notes) == ("orders", ())


@pytest.mark.parametrize("name", ["$NAME", "Count_Orders", "defaults"])
def test_a_name_that_cannot_be_used_is_only_noted(name: str) -> None:
    (found,) = after(
        {"deploy.sh": f"gcloud functions deploy {name} --source fn/orders --entry-point first\n"}
    )
    assert found.name == "orders"
    assert found.notes[0].endswith(name) is ("$" not in name)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("--trigger-event google.storage.object.finalize --trigger-resource gs://in", ("bucket", "in")),
        (
            "--trigger-event=google.pubsub.topic.publish --trigger-resource=orders-new",
            ("topic", "orders-new"),
        ),
        ("--trigger-event=providers/cloud.firestore/eventTypes/document.write", None),
    ],
)
def test_triggers_of_the_first_generation(flags: str, expected: tuple[str, str] | None) -> None:
    (found,) = after(
        {"deploy.sh": f"gcloud functions deploy x --source fn/orders --entry-point first {flags}\n"}
    )
    assert found.trigger[0] == (expected or ("event-type", flags.partition("=")[2]))


def test_without_an_entry_point_the_deployed_name_is_called() -> None:
    (found,) = after({"deploy.sh": "gcloud functions deploy second --source fn/orders --trigger-http\n"})
    assert (found.name, found.targets[0].name) == ("second", "second")


def test_event_filters_give_the_event_type() -> None:
    text = "gcloud functions deploy x --source fn/orders --entry-point first --trigger-event-filters=type=a.b.c,bucket=d\n"
    (found,) = after({"deploy.sh": text})
    assert found.trigger == (("event-type", "a.b.c"),)


@given(
    st.lists(
        st.sampled_from(
            [
                "gcloud functions deploy ",
                "x ",
                "$A",
                "A=b\n",
                "--source",
                "=",
                " fn/orders ",
                "\\\n",
                "'",
                '"',
                "\n",
                "--trigger-topic ",
                "--entry-point first ",
                "cd ",
                "${A:-",
                "}",
                "../",
                "é ",
                "~ ",
                "!!",
            ]
        ),
        max_size=12,
    )
)
def test_any_script_leaves_a_configuration_that_can_be_read(words: list[str]) -> None:
    found = after({"deploy.sh": "gcloud functions deploy " + "".join(words)})
    assert parse_project(render(found, ProjectFacts()), "deployguard.toml").services


PLAIN = {
    "fn/report/main.py": "from jobs import nightly\ndef make(rows, day): ...\n",
    "fn/report/requirements.txt": "",
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", "gcloud functions deploy report --source fn/report --entry-point {}\n"),
        (
            "fn/report/Jenkinsfile",
            'def config = [command: ["report-STAGE\\\n  --runtime=python312 \\\n  --source=fn/report \\\n'
            '  --entry-point={} \\\n  --update-labels a=b"], url: "https://example.com"]\nship(config)\n',
        ),
        (
            "cloudbuild.yaml",
            "steps:\n- name: cloud-sdk\n  args:\n  - gcloud\n  - functions\n  - deploy\n  - report\n  - '--source'\n"
            "  - 'fn/report'\n  - --entry-point\n  - {}\n",
        ),
        (
            "cloudbuild.yaml",
            "steps:\n- name: cloud-sdk\n  entrypoint: gcloud\n  args: ['functions', 'deploy', 'report',\n"
            "    '--source=fn/report', \"--entry-point={}\"]\n",
        ),
        (
            ".github/workflows/ship.yml",
            "    - uses: google-github-actions/deploy-cloud-functions@v3\n      with:\n        name: report\n"
            "        runtime: python312\n        entry_point: '{}'\n        source_dir: ./fn/report\n    - run: echo\n",
        ),
        (
            "infra/main.tf",
            'data "archive_file" "report" {{\n  source_dir = "${{path.module}}/../fn/report"\n}}\n'
            'resource "google_cloudfunctions2_function" "report" {{\n  build_config {{\n    runtime = "python312"\n'
            '    entry_point = "{}"\n  }}\n}}\n',
        ),
    ],
)
@pytest.mark.parametrize("entry", ["make", "nightly"])
def test_a_deploy_tells_a_function_whose_code_does_not(path: str, text: str, entry: str) -> None:
    tree = tree_of({**PLAIN, path: text.replace("{{", "{").replace("}}", "}").replace("{}", entry)})
    (found,) = confirmed(tree, discover(tree))
    assert (found.name, found.kind, found.folder) == ("report", "function", "fn/report")
    assert found.targets[0].name == entry
    assert found.targets[0].marked
    assert f'entry-point = "{entry}"\n' in render((found,), ProjectFacts())


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.sh": "gcloud functions deploy report --source fn/report --entry-point gone\n"},
        {"deploy.sh": "gcloud functions deploy report --source fn/report\n"},
        {
            "deploy.sh": "gcloud functions deploy x --source tests/fn --entry-point make\n",
            "tests/fn/main.py": "def make(a): ...\n",
        },
        {"infra/main.tf": 'source_dir = "../fn/report"\nentry_point = "gone"\n'},
        {"other.sh": "functions --source fn/report --entry-pointer make\n"},
        {"deploy.sh": "gcloud functions deploy report --source /workspace/report --entry-point make\n"},
        {"deploy.sh": "gcloud functions deploy report --source ../report --entry-point make\n"},
    ],
)
def test_what_no_deploy_tells_is_no_function(files: dict[str, str]) -> None:
    tree = tree_of({**PLAIN, "tests/fn/requirements.txt": "", **files})
    assert confirmed(tree, discover(tree)) == ()


DISPATCH: Mapping[str, str] = {
    "main.py": "from fn.orders.main import first\nfrom fn.parcels import main as parcels\n",
    "requirements.txt": "",
    "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "app.py"]\n',
    "fn/parcels/main.py": "import functions_framework\n@functions_framework.http\ndef serve(request): ...\n",
    "fn/parcels/requirements.txt": "",
    "fn/alone/main.py": "import functions_framework\n@functions_framework.http\ndef alone(request): ...\n",
    "fn/alone/requirements.txt": "",
}


def test_a_root_that_hands_out_the_functions_of_its_folders_is_deployed_in_their_place() -> None:
    deploy = "gcloud functions deploy orders --source . --entry-point first\n"
    found = after({**DISPATCH, "bin/deploy.sh": deploy})
    assert [(one.name, one.kind, one.folder) for one in found] == [
        ("service", "run", "."),
        ("alone", "function", "fn/alone"),
        ("orders", "function", "."),
    ]


def test_what_a_root_hands_out_and_a_script_deploys_by_itself_is_a_service_of_its_own() -> None:
    deploy = (
        "gcloud functions deploy orders --source . --entry-point first\n"
        "gcloud functions deploy parcels --source fn/parcels --entry-point serve\n"
    )
    found = after({**DISPATCH, "bin/deploy.sh": deploy})
    assert {one.name: one.folder for one in found if one.kind == "function"} == {
        "alone": "fn/alone",
        "orders": ".",
        "parcels": "fn/parcels",
    }


def test_without_a_deploy_of_the_root_each_folder_is_a_service() -> None:
    found = after(DISPATCH)
    assert {one.name for one in found if one.kind == "function"} == {"alone", "orders", "parcels"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "bin/sub/deploy.sh",
            'cd "$(dirname "$0")/.."\ngcloud functions deploy x --source=. --entry-point serve\n',
        ),
        ("bin/deploy.sh", 'cd "$HERE"\ngcloud functions deploy x --source=. --entry-point serve\n'),
        ("bin/deploy.sh", "gcloud functions deploy x --source=$HERE --entry-point serve\n"),
    ],
)
def test_a_source_that_is_not_where_it_is_written_is_looked_for_above_the_script(
    path: str, text: str
) -> None:
    root = {"main.py": "from orders import serve\n", "requirements.txt": ""}
    found = {one.name: one.folder for one in after({**root, path: text})}
    assert found["x"] == "."


def test_a_source_behind_a_variable_is_looked_for_from_the_root() -> None:
    text = 'gcloud functions deploy x --source="${HERE}/fn/orders" --entry-point first\n'
    assert [(one.name, one.folder) for one in after({"a/b/deploy.sh": text})] == [("x", "fn/orders")]


def test_a_script_that_has_moved_deploys_the_only_folder_of_that_name() -> None:
    text = 'cd "$(dirname "$0")/../fn"\ngcloud functions deploy x --source=orders --entry-point first\n'
    assert [(one.name, one.folder) for one in after({"bin/old/deploy.sh": text})] == [("x", "fn/orders")]
    other = {"more/orders/main.py": "def first(event, context): ...\n", "more/orders/requirements.txt": ""}
    assert "x" not in {one.name for one in after({"bin/old/deploy.sh": text, **other})}


def test_a_deployed_folder_needs_no_requirements_of_its_own() -> None:
    files = {
        "requirements.txt": "requests\n",
        "fn/bare/main.py": "def serve(request): ...\n",
        "deploy.sh": "cp requirements.txt fn/bare/\ngcloud functions deploy x --source fn/bare --entry-point serve\n",
    }
    found = {one.name: one for one in after(files)}
    assert found["x"].include == (Include("requirements.txt", "requirements.txt"),)


def test_what_a_document_says_comes_last_and_what_is_retired_is_not_read() -> None:
    text = "gcloud functions deploy {} --source fn/orders --entry-point first\n"
    scripts = {"docs/deploy.sh": text.format("told"), "bin/archive/deploy.sh": text.format("gone")}
    assert [one.name for one in after(scripts)] == ["told"]
    assert [one.name for one in after({**scripts, "scripts/deploy.sh": text.format("shipped")})] == [
        "shipped"
    ]
