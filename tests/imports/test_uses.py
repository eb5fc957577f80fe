"""What code does with the paths that it computes, and which modules it names in a text."""

from __future__ import annotations

import pytest

from deployguard.imports.facts import ModuleFacts, PathValue
from deployguard.imports.read import read_module, read_references

BESIDE = PathValue("file", ("..", "a.yaml"))
HERE = "HERE = Path(__file__).parent\nA = HERE / 'a.yaml'\n"


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("open(A)", "read"),
        ("open(A, 'rb')", "read"),
        ("open(A, mode='r')", "read"),
        ("open(A, encoding='ascii')", "read"),
        ("io.open(A, 'r')", "read"),
        ("A.open()", "read"),
        ("A.open('r')", "read"),
        ("A.read_text()", "read"),
        ("yaml.safe_load(A.read_bytes())", "read"),
        ("open(A, 'w')", "write"),
        ("open(A, mode='ab')", "write"),
        ("open(A, 'r+')", "write"),
        ("open(A, 'x')", "write"),
        ("open(A, mode)", "write"),
        ("io.open(A, 'w')", "write"),
        ("A.open('w')", "write"),
        ("A.write_text('x')", "write"),
        ("os.remove(A)", "write"),
        ("logging.FileHandler(A)", "write"),
        ("frame.to_csv(A)", "write"),
        ("A.exists()", "test"),
        ("os.path.exists(A)", "test"),
        ("A.is_file()", "test"),
        ("load_dotenv(A)", "test"),
        ("os.listdir(A)", "list"),
        ("A.glob('*.sql')", "list"),
        ("jinja2.FileSystemLoader(A)", "list"),
        ("load_settings(A)", "mention"),
    ],
)
def test_a_call_reads_writes_tests_lists_or_mentions(line: str, use: str) -> None:
    assert (BESIDE, use) in [(one.path, one.use) for one in _facts(HERE + line).data]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("pkgutil.get_data('shared.config', 'a.yaml')", PathValue("package:shared.config", ("a.yaml",))),
        ("pkgutil.get_data(__package__, 'data/a.yaml')", PathValue("file", ("..", "data", "a.yaml"))),
        ("importlib.resources.read_text('shared', 'a.yaml')", PathValue("package:shared", ("a.yaml",))),
        ("importlib.resources.open_binary('shared', NAME)", PathValue("package:shared", ("b.yaml",))),
        ("(files('shared') / 'a.yaml').read_text()", PathValue("package:shared", ("a.yaml",))),
    ],
)
def test_a_resource_of_a_package_is_read(line: str, path: PathValue) -> None:
    text = f"from importlib.resources import files\nNAME = 'b.yaml'\n{line}"
    assert [(one.path, one.use) for one in _facts(text).data] == [(path, "read")]


@pytest.mark.parametrize(
    "line",
    ["open('a.yaml')", "open(os.getcwd() + '/a.yaml')", "pkgutil.get_data(package, 'a.yaml')", "open(__file__)",
     "pkgutil.get_data('shared', name)", "pkgutil.get_data('shared')"],
)  # fmt: skip
def test_what_does_not_lie_beside_the_code_or_is_unknown_is_no_data(line: str) -> None:
    assert _facts(f"HERE = __file__\n{line}").data == ()


def test_a_name_that_is_bound_anew_is_forgotten() -> None:
    assert _facts(HERE + "A = elsewhere()\nopen(A)").data == ()
    assert _facts(HERE + "for A in rows:\n    open(A)").data == ()
    assert _facts(HERE + "A += '.bak'\nopen(A)").data == ()


@pytest.mark.parametrize(
    ("line", "module", "level"),
    [
        ("import_module('a.b')", "a.b", 0),
        ("__import__('a')", "a", 0),
        ("import_module('.b', __package__)", "b", 1),
        ("import_module('.b', package=__name__)", "b", 1),
        ("import_module('..b', __package__)", "b", 2),
        ("import_module('.b', 'a')", "a.b", 0),
        ("import_module('.b', package='a.c')", "a.c.b", 0),
        ("import_module('..b', 'a.c')", "a.b", 0),
        ("import_module('.', 'a.c')", "a.c", 0),
        ("uvicorn.run('app.main:app')", "app.main", 0),
    ],
)
def test_a_module_named_by_a_text_is_imported(line: str, module: str, level: int) -> None:
    assert [(one.module, one.level) for one in _facts(line).sites] == [(module, level)]


@pytest.mark.parametrize(
    "line",
    ["import_module('not a module')", "import_module('')", "import_module('.b', package)", "import_module('...b', 'a')",
     "import_module()", "subprocess.run('app.main:app')", "run('app.main')", "uvicorn.run(app)", "uvicorn.run('../app')",
     "import_module('a-b')"],
)  # fmt: skip
def test_what_names_no_module_imports_nothing(line: str) -> None:
    assert _facts(line).sites == ()


@pytest.mark.parametrize(
    ("line", "mentioned"),
    [
        ("getattr(x, 'handle')", "handle"),
        ("operator.methodcaller('handle')", "handle"),
        ("getattr(x, f'on_{kind}')", "on_*"),
        ("getattr(x, 'on_' + kind)", "on_*"),
        ("getattr(x, 'on_%s' % kind)", "on_*"),
    ],
)
def test_a_name_in_a_text_is_mentioned(line: str, mentioned: str) -> None:
    assert mentioned in read_references(line.encode())[0]


@pytest.mark.parametrize(
    "line",
    ["getattr(x, f'{kind}_row')", "getattr(x, 'a' + kind)", "getattr(x, name)", "getattr(x, 'on-' + kind)",
     "getattr(x, 2 * kind)", "log('on_' + kind)"],
)  # fmt: skip
def test_what_begins_with_nothing_sure_mentions_nothing(line: str) -> None:
    assert not any(name.endswith("*") for name in read_references(line.encode())[0])


def _facts(text: str) -> ModuleFacts:
    facts = read_module(text.encode())
    assert isinstance(facts, ModuleFacts)
    return facts
