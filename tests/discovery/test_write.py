from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from deployguard.config.load import parse_project
from deployguard.config.paths import configured_paths
from deployguard.discovery.discover import discover
from deployguard.discovery.write import ProjectFacts, render
from deployguard.model.runtime import Runtime
from deployguard.source.links import Resolved, resolve
from tests.trees import Link, tree_of

HTTP = "import functions_framework\n@functions_framework.http\ndef serve(request): ...\n"
EVENT = "def first(event, context): ...\ndef second(event, context): ...\n"


def test_the_file_says_what_was_found_and_what_is_a_guess() -> None:
    tree = tree_of(
        {
            "shared/a.py": "",
            ".python-version": "3.12",
            "fn/orders/main.py": HTTP,
            "fn/orders/requirements.txt": "",
            "fn/orders/shared": Link("../../shared"),
            "fn/events/main.py": EVENT,
            "fn/events/requirements.txt": "",
            "fn/events/.python-version": "3.13",
            "fn/broken/main.py": HTTP + "(",
            "fn/broken/requirements.txt": "",
            "fn/broken/.python-version": "3.13",
            "shop/Dockerfile": "FROM python\nCOPY shared .\nCOPY shop .\nCMD python -m shop\n",
        }
    )
    assert (
        render(discover(tree), ProjectFacts(id="shop-live", branch="trunk"))
        == """\
# What this repository deploys. Every command of deployguard reads this file.
# Written by `deployguard init` from what lies in the repository: read it through, and correct it.

[project]
id = "shop-live"
# region = "us-west2"
branch = "trunk"

[services.defaults]
runtime = "python313"

[services.broken]
kind = "function"
source = "fn/broken"
entry-point = "serve"
trigger = { http = true }
# main.py is not Python that can be read: '(' was never closed (line 4)

[services.events]
kind = "function"
source = "fn/events"
entry-point = "first"  # a guess, from its arguments
# main.py has more that could be deployed: second
# trigger = { topic = "..." }  # it takes events: name its topic, bucket or event-type

[services.orders]
kind = "function"
source = "fn/orders"
runtime = "python312"
entry-point = "serve"
trigger = { http = true }
# symbolic links bring in: shared

[services.shop]
kind = "run"
dockerfile = "shop/Dockerfile"
context = "."
"""
    )


def test_a_repository_with_nothing_to_deploy_gives_a_file_that_can_be_read() -> None:
    project = parse_project(render((), ProjectFacts()), "deployguard.toml")
    assert project.services == ()


def test_a_runtime_that_nothing_says_is_marked_as_a_guess() -> None:
    tree = tree_of({"a/main.py": HTTP, "a/requirements.txt": ""})
    text = render(discover(tree), ProjectFacts())
    assert 'runtime = "python311"  # a guess: nothing here says it' in text
    assert parse_project(text, "deployguard.toml").services[0].runtime == Runtime(3, 11)


_FOLDERS = st.text(
    alphabet=st.sampled_from(string.ascii_letters + "0123_-. \"'\\#~=[]\n\x7f\u2028éß日"),
    min_size=1,
    max_size=60,
).filter(lambda name: name not in {".", ".."})


@given(st.lists(st.lists(_FOLDERS, min_size=1, max_size=3), max_size=4), st.sampled_from(["python", "node"]))
def test_whatever_folders_are_called_the_file_can_be_read_and_points_at_them(
    folders: list[list[str]], image: str
) -> None:
    files: dict[str, str | bytes | Link] = {}
    for parts in folders:
        folder = "/".join(parts)
        files |= {f"{folder}/main.py": HTTP, f"{folder}/requirements.txt": ""}
        files |= {f"{folder}/img/Dockerfile": f"FROM {image}\nCOPY . .\nCMD {image} main.py\n"}
    tree = tree_of(files)
    found = discover(tree)
    text = render(found, ProjectFacts())
    project = parse_project(text, "deployguard.toml")
    for configured in configured_paths(project):
        assert isinstance(resolve(tree, configured.path), Resolved)
    assert len(project.services) + text.count("characters that TOML") + text.count(": the path ") >= len(
        found
    )
