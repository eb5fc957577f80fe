"""Deploys that a script writes down once for many functions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import Discovered, discover
from deployguard.model.service import Include
from tests.trees import tree_of

FILES: Mapping[str, str] = {
    **{f"fn/{name}/main.py": f"def run_{name}(job): ...\n" for name in ("orders", "parcels", "refunds")},
    **{f"fn/{name}/requirements.txt": "" for name in ("orders", "parcels", "refunds")},
    "libs/money/__init__.py": "",
}


def after(path: str, text: str) -> dict[str, Discovered]:
    tree = tree_of({**FILES, path: text})
    return {one.name: one for one in confirmed(tree, discover(tree))}


DEPLOY = "gcloud functions deploy {0}-fn --source fn/{0} --entry-point run_{0} --trigger-topic {0}-new"
CALLED = 'gcloud functions deploy "$name" --source="fn/$dir" --entry-point="${entry}" --trigger-topic=$topic'
ARGUMENTS = "orders-fn orders run_orders orders-new"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", f"for each in orders parcels; do\n  {DEPLOY.format('$each')}\ndone\n"),
        ("deploy.sh", f"for each in orders parcels\ndo\n  {DEPLOY.format('${each}')}\ndone\n"),
        ("deploy.sh", f"ALL='orders parcels'\nfor each in $ALL; do {DEPLOY.format('$each')}; done\n"),
        (
            "deploy.sh",
            'ALL=(\n  "orders"  # the first\n  parcels\n)\nfor each in "${ALL[@]}"; do\n  dir="fn/$each"\n'
            "  gcloud functions deploy $each-fn --source $dir --entry-point run_$each --trigger-topic $each-new\ndone\n",
        ),
        (
            "deploy.sh",
            'for job in "orders-fn:orders:run_orders:orders-new" parcels-fn:parcels:run_parcels:parcels-new; do\n'
            f"  IFS=':' read -r name dir entry topic <<< \"$job\"\n  {CALLED}\ndone\n",
        ),
        (
            "deploy.sh",
            f'ship() {{\n  local name=$1\n  local dir="$2" entry="${{3:-main}}" topic=${{4}}\n  {CALLED}\n}}\n'
            f"ship {ARGUMENTS}\nif ship \\\n  parcels-fn parcels run_parcels parcels-new; then echo done; fi\n",
        ),
        (
            "deploy.sh",
            "function ship {\n  cd fn/$1\n  gcloud functions deploy $1-fn --source=. --entry-point=run_$1 --trigger-topic=$1-new\n"
            "  cd -\n}\nfor each in orders parcels; do ship $each; done\n",
        ),
        (
            "Makefile",
            f"ALL = orders parcels\nship:\n\t@for each in $(ALL); do \\\n\t  {DEPLOY.format('$$each')}; \\\n\tdone\n",
        ),
        (
            ".github/workflows/ship.yml",
            "jobs:\n  ship:\n    strategy:\n      matrix:\n        each: [orders, 'parcels']\n    steps:\n"
            f"      - run: |\n          {DEPLOY.format('${{ matrix.each }}')}\n",
        ),
        (
            ".github/workflows/ship.yml",
            "env:\n  FOLDER: fn\njobs:\n  ship:\n    strategy:\n      matrix:\n        include:\n"
            "          - name: orders-fn\n            at: orders  # where it lies\n            topic: orders-new\n"
            "          - { name: parcels-fn, at: parcels, topic: parcels-new }\n    steps:\n      - run: >-\n"
            "          gcloud functions deploy ${{ matrix.name }} --project=$(gcloud config get-value project | head -1)"
            " --region ${{ vars.REGION }} --source ${{ env.FOLDER }}/${{matrix.at}}"
            " --entry-point run_${{ matrix.at }} --trigger-topic ${{ matrix.topic }}\n",
        ),
        (
            ".github/workflows/ship.yml",
            "jobs:\n  ship:\n    strategy:\n      matrix:\n        fn:\n        - name: orders\n        - name: parcels\n"
            "    steps:\n    - uses: google-github-actions/deploy-cloud-functions@v3\n      with:\n"
            "        name: ${{ matrix.fn.name }}-fn\n        source_dir: fn/${{ matrix.fn.name }}\n"
            "        entry_point: run_${{ matrix.fn.name }}\n"
            "        event_trigger_pubsub_topic: ${{ matrix.fn.name }}-new\n",
        ),
    ],
)
def test_one_deploy_that_is_written_for_many_is_each_of_them(path: str, text: str) -> None:
    found = after(path, text)
    assert {name: (one.folder, one.targets[0].name, one.trigger) for name, one in found.items()} == {
        "orders-fn": ("fn/orders", "run_orders", (("topic", "orders-new"),)),
        "parcels-fn": ("fn/parcels", "run_parcels", (("topic", "parcels-new"),)),
    }


def test_what_one_turn_copies_lands_in_its_function_alone() -> None:
    found = after(
        "deploy.sh",
        "# refunds has no need of it\nfor each in orders parcels; do\n  cp -r libs/money fn/$each/\ndone\n"
        f"for each in orders parcels refunds; do\n  {DEPLOY.format('$each')}\ndone\n",
    )
    money = (Include("libs/money", "money"),)
    assert {name: one.include for name, one in found.items()} == {
        "orders-fn": money,
        "parcels-fn": money,
        "refunds-fn": (),
    }


@pytest.mark.parametrize(
    "text",
    [
        f"for each in $(ls fn); do\n  {DEPLOY.format('$each')}\ndone\n",
        f"for each in orders; do :; done\n{DEPLOY.format('$each')}\n",
        f"ship() {{\n  {DEPLOY.format('$1')}\n}}\nship $NAME\nship\n",
        f"for each in {' '.join(f'n{number}' for number in range(300))}; do\n  {DEPLOY.format('$each')}\ndone\n",
    ],
)
def test_turns_that_cannot_be_told_are_left_alone(text: str) -> None:
    assert after("deploy.sh", text) == {}


def test_a_command_starts_where_the_line_first_goes() -> None:
    text = (
        "a:\n\tcd fn/orders && gcloud functions deploy orders --source . --entry-point run_orders\n"
        "b:\n\t(cd fn/parcels; gcloud functions deploy parcels --source=. --entry-point=run_parcels)\n"
    )
    assert {name: one.folder for name, one in after("Makefile", text).items()} == {
        "orders": "fn/orders",
        "parcels": "fn/parcels",
    }
