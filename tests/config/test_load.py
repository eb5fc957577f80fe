from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.config.load import load_project, parse_project
from deployguard.config.paths import configured_paths
from deployguard.model.errors import ConfigurationError
from deployguard.model.runtime import Runtime
from deployguard.model.service import Include
from tests.trees import Link, tree_of

ORDERS = '[services.orders]\nkind = "function"\nsource = "functions/orders"\n'


def problems_of(text: str, path: str = "deployguard.toml") -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_project(text, path)
    return caught.value.problems


def one_problem(body: str) -> str:
    (problem,) = problems_of(ORDERS + body)
    return problem


def test_a_service_has_what_its_table_says() -> None:
    project = parse_project(
        ORDERS
        + 'entry-point = "handle"\nruntime = "python312"\ninclude = ["shared/", { from = "./libs/a", to = "a" }]\n'
        'required-env = ["STAGE"]\nignore = ["DG207"]\ndeploy-with = "gcloud"\nsettings = { memory = "1Gi" }\n',
        "deployguard.toml",
    )
    (service,) = project.services
    assert (service.name, service.kind, service.source) == ("orders", "function", "functions/orders")
    assert (service.entry_point, service.runtime, service.deploy_with) == ("handle", Runtime(3, 12), "gcloud")
    assert service.include == (Include("shared", "shared"), Include("libs/a", "a"))
    assert (service.required_env, service.ignore, service.line) == (("STAGE",), ("DG207",), 1)
    assert service.table["settings"] == {"memory": "1Gi"}


def test_a_run_service_is_built_by_a_dockerfile_or_from_source() -> None:
    project = parse_project(
        '[services.a]\nkind = "run"\ndockerfile = "a/Dockerfile"\ncommand = ["python", "a.py"]\n'
        'build-args = { PORT = "80" }\n[services.b]\nkind = "run"\nsource = "."\n',
        "deployguard.toml",
    )
    first, second = project.services
    assert (first.dockerfile, first.context, first.command) == ("a/Dockerfile", ".", ("python", "a.py"))
    assert first.build_args == (("PORT", "80"),)
    assert (second.source, second.dockerfile) == (".", "")


def test_defaults_hold_where_a_service_does_not_say_otherwise() -> None:
    project = parse_project(
        '[services.defaults]\nkind = "function"\nruntime = "python313"\ncontext = "."\n'
        'settings = { memory = "1Gi", env = { A = "1", B = "1" } }\ninclude = ["shared"]\ntrigger = { http = true }\n'
        '[services.a]\nsource = "a"\nsettings = { env = { B = "2" } }\ntrigger = { topic = "orders" }\n'
        '[services.b]\nkind = "run"\ndockerfile = "Dockerfile"\ninclude = []\n',
        "deployguard.toml",
    )
    first, second = project.services
    assert first.runtime == Runtime(3, 13)
    assert first.table["settings"] == {"memory": "1Gi", "env": {"A": "1", "B": "2"}}
    assert first.table["trigger"] == {"topic": "orders"}
    assert "context" not in first.table
    assert (second.kind, second.context, second.include) == ("run", ".", ())


def test_a_default_way_to_build_gives_way_to_the_services_own() -> None:
    project = parse_project(
        '[services.defaults]\nkind = "run"\ndockerfile = "Dockerfile"\n[services.a]\nsource = "a"\n', "d.toml"
    )
    assert project.services[0].dockerfile == ""


def test_everything_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    assert problems_of(
        '[projct]\n[services.defaults]\nruntime = "python27"\n[services.orders]\nkind = "function"\n'
        'entry_point = "x"\nmemory = "1Gi"\n[services.shop]\nkind = "runs"\nsource = 3\n'
    ) == (
        "deployguard.toml:1: projct: unknown key; did you mean `project`?",
        "deployguard.toml:3: services.defaults.runtime: `python27` is not one of `python38`, `python39`, "
        "`python310`, `python311`, `python312`, `python313`, `python314`",
        "deployguard.toml:4: services.orders: `source` is missing for kind `function`: The folder that is uploaded. "
        'Example: source = "functions/orders"',
        "deployguard.toml:6: services.orders.entry_point: unknown key; did you mean `entry-point`?",
        "deployguard.toml:7: services.orders.memory: unknown key; it goes into `settings`",
        "deployguard.toml:9: services.shop.kind: `runs` is not one of `function`, `run`",
        "deployguard.toml:10: services.shop.source: must be a path in the repository, not a whole number",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('dockerfile = "Dockerfile"\n', ":4: services.orders.dockerfile: does not go with kind `function`"),
        ("include = 1\n", ":4: services.orders.include: must be a list"),
        ('include = ["a",\n{ to = "b" }]\n', ":5: services.orders.include[1]: `from` is missing"),
        ('include = ["a",\n"/b"]\n', ":5: services.orders.include[1]: `/b` is absolute"),
        ('include = ["a/../../b"]\n', ":4: services.orders.include[0]: `a/../../b` leaves the repository"),
        ('include = ["a\\\\b"]\n', "has backslashes"),
        ('include = ["a", { from = "b", to = "./a" }]\n', "include[1]: `a` is already where `a` arrives"),
        ('trigger = { topic = "orders", http = true }\n', "trigger.http: `topic` is given too; keep one"),
        ("trigger = {}\n", "trigger: one of `topic`, `http`, `bucket`, `schedule`, `event-type` is missing"),
        ('trigger = { schedule = "daily" }\n', "`daily` is not five fields of cron"),
        ('enforce = ["memroy"]\n', "enforce[0]: `memroy` is not one of"),
        ('after = ["order"]\n', "after[0]: `order` is none of the `services`; did you mean `orders`?"),
        ('after = ["orders"]\n', ":4: services.orders.after: a circle: `orders` after `orders`"),
        ("canary = [50, 5, 100]\n", "canary: the steps must rise, and end with 100"),
        ("canary = [0, 100]\n", "canary[0]: 0 is not a whole number from 1 to 100"),
        ("settings.min-instances = true\n", "must be a whole number of at least 0, not true or false"),
        (
            "settings.timeout = 1979-05-27\n",
            "settings.timeout: must be a whole number of at least 1, or a duration",
        ),
        ('entry-point = "a-b"\n', "`a-b` is not the name of a Python function"),
        ('[services.shop]\nkind = "run"\n', ":4: services.shop: one of `dockerfile`, `source` is missing"),
        (
            '[services.shop]\nkind = "run"\nsource = "a"\ndockerfile = "b"\n',
            ":6: services.shop.source: `dockerfile` is given too",
        ),
        (
            '[services."the shop"]\nkind = "function"\nsource = "a"\n',
            ':4: services."the shop": not the name of a service',
        ),
        (
            '[services."-shop"]\nkind = "function"\nsource = "a"\n',
            "services.-shop: not the name of a service",
        ),
        ("[services]\nshop = 3\n", "must be a table"),
        ('[trackers.day]\ncollection = "c"\nwritten-by = ["ordrs"]\n', "did you mean `orders`?"),
        ('[health.twice]\nkind = "unique"\ntable = "a.b"\n', "`key` is missing for kind `unique`"),
        ('[health.twice]\nkind = "volume"\ntable = "a.b"\nkey = ["a"]\n', "does not go with kind `volume`"),
        ('[alerts.errors]\nservice = "order"\n', "did you mean `orders`?"),
        ('[project]\nid = ""\n', "is not the id of a Google Cloud project"),
        ('[check]\nselect = ["D1"]\n', "is not a rule code"),
        ('["odd key"]\n', ':4: "odd key": unknown key'),
    ],
)
def test_one_mistake_is_one_message(body: str, expected: str) -> None:
    assert expected in one_problem(body)


def test_a_message_is_one_line_whatever_the_file_holds() -> None:
    assert one_problem('["a\\nb\\u001b[31m"]\n') == (
        'deployguard.toml:4: "a\\nb\\x1b[31m": unknown key; known: `project`, `check`, `services`, `trackers`, '
        "`health`, `alerts`, `notify`, `schedule`, `labels`"
    )
    assert "\n" not in one_problem('entry-point = "a\\nb"\n')
    assert len(one_problem(f'deploy-with = "{"x" * 9000}"\n')) < 300


def test_a_circle_of_deploys_is_told_once() -> None:
    (problem,) = problems_of(
        "".join(
            f'[services.{name}]\nkind = "run"\nsource = "."\nafter = ["{other}"]\n'
            for name, other in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
        )
    )
    assert problem == "deployguard.toml:4: services.a.after: a circle: `a` after `b` after `c` after `a`"


def test_values_that_may_be_secret_are_not_shown() -> None:
    assert "hunter2" not in one_problem('settings = { secrets = { KEY = "hunter2 !" } }\n')
    assert "4711" not in one_problem("settings = { env = { KEY = 4711 } }\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\n[b", "d.toml:2: not valid TOML: "),
        ("[services.a]\n[services.a]\n", "d.toml:2: not valid TOML: "),
        ("a = " + "[" * 5000, "d.toml: values are nested too deep"),
        ("a = " + "1" * 5000, "d.toml:1: not valid TOML: "),
    ],
)
def test_what_is_not_toml_is_one_error_with_its_line(text: str, expected: str) -> None:
    (problem,) = problems_of(text, "d.toml")
    assert problem.startswith(expected)


@given(st.text(alphabet=st.sampled_from('[]{}services.defaultkindfunctionrun="\n,1 x'), max_size=120))
def test_any_text_is_a_project_or_a_clear_error(text: str) -> None:
    problems: tuple[str, ...] = ()
    try:
        parse_project(text, "deployguard.toml")
    except ConfigurationError as error:
        problems = error.problems
    assert all(problem.startswith("deployguard.toml") for problem in problems)


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.sampled_from(["", "run", "function", "a", "../b", "1h"])
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["kind", "source", "dockerfile", "include", "trigger", "after", "settings", "canary"]
        ),
        st.recursive(
            _SCALARS,
            lambda below: (
                st.lists(below, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["from", "to", "topic", "http", "env", "kind"]), below, max_size=2
                )
            ),
            max_leaves=4,
        ),
    )
)
def test_any_table_of_a_service_is_judged(table: dict[str, object]) -> None:
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in table.items())
    text = f"[services.a]\n{lines}[services.defaults]\n{lines}"
    try:
        parse_project(text, "deployguard.toml")
    except ConfigurationError as error:
        problems = error.problems
    else:
        problems = ("sound",)
    assert problems


def _toml(value: object) -> str:
    match value:
        case bool() | None:
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case dict():
            return "{" + ", ".join(f"{key} = {_toml(below)}" for key, below in value.items()) + "}"
        case list():
            return "[" + ", ".join(_toml(below) for below in value) + "]"
        case _:
            return str(value)


def test_tables_cannot_be_changed_once_read() -> None:
    project = parse_project('[project]\nid = "shop"\n[check]\nignore = ["DG1"]\n', "deployguard.toml")
    assert project.tables == {"project": {"id": "shop"}, "check": {"ignore": ("DG1",)}}
    with pytest.raises(TypeError):
        project.tables["project"] = {}  # type: ignore[index]


def test_the_tree_is_read_not_the_disk() -> None:
    project = load_project(tree_of({"deployguard.toml": ORDERS}), None)
    assert (project.path, project.services[0].name) == ("deployguard.toml", "orders")


def test_a_linked_configuration_is_followed() -> None:
    tree = tree_of({"deployguard.toml": Link("ops/guard.toml"), "ops/guard.toml": ORDERS})
    assert load_project(tree, None).services[0].name == "orders"


def test_pyproject_is_read_when_there_is_no_file_of_its_own() -> None:
    text = '[project]\nname = "x"\n[tool.deployguard.services.orders]\nkind = "function"\nsource = 3\n'
    with pytest.raises(ConfigurationError) as caught:
        load_project(tree_of({"pyproject.toml": text}), None)
    assert caught.value.problems == (
        "pyproject.toml:5: services.orders.source: must be a path in the repository, not a whole number",
    )


def test_a_pyproject_that_only_mentions_the_tool_is_not_a_configuration() -> None:
    tree = tree_of({"pyproject.toml": '[project]\nname = "deployguard-notes"\n'})
    with pytest.raises(ConfigurationError, match="`deployguard init` writes one"):
        load_project(tree, None)


def test_a_file_on_disk_that_is_not_in_the_tree_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "deployguard.toml").write_text(ORDERS)
    tree = replace(tree_of({}), kind="index", disk=tmp_path)
    with pytest.raises(ConfigurationError, match="git add deployguard"):
        load_project(tree, None)
    assert load_project(replace(tree, kind="worktree"), None).services[0].name == "orders"


def test_a_given_file_is_read_from_disk_whatever_the_tree(tmp_path: Path) -> None:
    given = tmp_path / "other.toml"
    given.write_text("\ufeff" + ORDERS.replace("orders", "shop"), encoding="utf-8")
    assert load_project(tree_of({"deployguard.toml": ORDERS}), given).services[0].name == "shop"


def test_a_given_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.toml: cannot be read: No such file"):
        load_project(tree_of({}), tmp_path / "absent.toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_project(tree_of({}), tmp_path)


def test_bytes_that_are_not_text_are_placed() -> None:
    with pytest.raises(ConfigurationError, match=r"deployguard\.toml:2: not UTF-8"):
        load_project(tree_of({"deployguard.toml": b"a = 1\nb = '\xff'"}), None)


def test_every_configured_path_knows_its_key_and_line() -> None:
    project = parse_project(
        '[services.defaults]\ninclude = ["shared"]\n' + ORDERS + '[services.shop]\nkind = "run"\n'
        'dockerfile = "shop/Dockerfile"\ncontext = "./shop"\ninclude = [\n"x",\n{ from = "y", to = "z" },\n]\n',
        "deployguard.toml",
    )
    assert [tuple(path) for path in configured_paths(project)] == [
        ("orders", "services.orders.source", 5, "functions/orders"),
        ("orders", "services.defaults.include[0]", 2, "shared"),
        ("shop", "services.shop.dockerfile", 8, "shop/Dockerfile"),
        ("shop", "services.shop.context", 9, "shop"),
        ("shop", "services.shop.include[0]", 11, "x"),
        ("shop", "services.shop.include[1].from", 12, "y"),
    ]
