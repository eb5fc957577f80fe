"""Scripts that nobody wrote for a person to read: they are read to their end, and soon."""

from __future__ import annotations

import pytest

from deployguard.discovery.confirm import confirmed
from deployguard.discovery.discover import discover
from tests.trees import tree_of

DEPLOY = "gcloud functions deploy orders --source fn/orders --entry-point handle\n"
FILES = {"fn/orders/main.py": "def handle(request): ...\n", "fn/orders/requirements.txt": "flask\n"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", "cp {" * 3000 + "," * 3000 + "}" * 3000 + " /fn\n"),
        ("deploy.sh", "cp " + "{a,b}" * 40 + " fn/orders\n"),
        ("deploy.sh", "cp " + "{" * 1000 + "a,b" + "}" * 1000 + " fn/orders\n"),
        ("deploy.sh", "f() {\n" * 2000 + "cp $1 fn/orders\n" + "}\n" * 2000 + "f a\n" * 2000),
        ("deploy.sh", "for i in a b c d; do\n" * 500 + "cp $i fn/orders\n" + "done\n" * 500),
        ("deploy.sh", "${a:-" * 20000 + "}" * 20000 + "\n"),
        ("deploy.sh", "$(cd $(dirname $0)" * 20000 + "\n"),
        ("Makefile", "a" * 100_000 + ": " + "b " * 50_000 + "\n" + "A = " + " " * 100_000 + "x\n"),
        ("cloudbuild.yaml", "args: [\n" * 10_000),
        ("cloudbuild.yaml", "args: [" * 10_000 + "- " * 50_000),
        ("cloudbuild.yaml", "- a\n" * 20_000),
    ],
    ids=lambda text: text[:12],
)
def test_what_a_machine_wrote_hides_no_deploy_and_takes_no_minutes(path: str, text: str) -> None:
    tree = tree_of({**FILES, path: f"# functions deploy\n{text}", "bin/ship.sh": DEPLOY})
    found = confirmed(tree, discover(tree))
    assert [(one.name, one.folder) for one in found] == [("orders", "fn/orders")]
