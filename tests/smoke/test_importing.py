"""What importing says: everything that is missing at once, and nothing that the code itself guards."""

from __future__ import annotations

import pytest

from deployguard.model.artifact import Launch
from deployguard.smoke.verdict import Broken, CannotTell, Fine, Link, Missing, Reason, Verdict
from tests.smoke.stage import Stage, triggered

pytestmark = pytest.mark.slow

WHOLE = "import functions_framework\n\n\n@functions_framework.http\ndef handle(request):\n    return 'ok'\n"


def missing(verdict: Verdict) -> list[str]:
    assert isinstance(verdict, Broken), verdict
    return [one.name for one in verdict.missing]


def reason(verdict: Verdict) -> Reason:
    assert isinstance(verdict, CannotTell), verdict
    return verdict.reason


def message(verdict: Verdict) -> str:
    assert isinstance(verdict, Broken), verdict
    assert not verdict.missing
    return verdict.message


def test_a_whole_function_is_fine(stage: Stage) -> None:
    assert stage({"main.py": WHOLE}) == Fine()


def test_every_missing_module_is_named_at_once_with_its_chain(stage: Stage) -> None:
    verdict = stage(
        {
            "main.py": "from shared import rules\nimport yaml\nclass Own(yaml.YAMLObject): ...\ndef handle(request): ...\n",
            "shared/__init__.py": "",
            "shared/rules.py": "import tenacity\nfrom pandas.tseries.offsets import Day\nEVERY = 3 * Day(1)\n\n@tenacity.retry(stop=tenacity.stop_after_attempt(3))\ndef check(): ...\nassert check() is None\n",
        }
    )
    assert missing(verdict) == ["tenacity", "pandas.tseries.offsets", "yaml"]
    assert isinstance(verdict, Broken)
    assert verdict.missing[0] == Missing(
        "tenacity",
        (
            Link("main.py", 1, "from shared import rules"),
            Link("shared/rules.py", 1, "import tenacity"),
        ),
    )


@pytest.mark.parametrize(
    "guard",
    [
        "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n",
        "import contextlib\nwith contextlib.suppress(ImportError):\n    import orjson\n",
        "import importlib.util\nassert importlib.util.find_spec('orjson') is None\n",
        "def later():\n    import orjson\n",
        "import typing\nif typing.TYPE_CHECKING:\n    import orjson\n",
    ],
)
def test_what_the_code_guards_is_not_missing(stage: Stage, guard: str) -> None:
    assert stage({"main.py": f"{guard}\n{WHOLE}"}) == Fine()


def test_a_missing_name_is_named_and_the_rest_goes_on(stage: Stage) -> None:
    main = "from rules import gone\nimport yaml\n" + WHOLE
    assert missing(stage({"main.py": main, "rules.py": ""})) == ["rules.gone", "yaml"]


def test_a_package_that_asks_itself_for_what_is_not_there(stage: Stage) -> None:
    files = {"main.py": "import shared\n" + WHOLE, "shared/__init__.py": "from shared import retry\n"}
    assert missing(stage(files)) == ["shared.retry"]


def test_a_circle_of_imports_is_no_missing_module(stage: Stage) -> None:
    files = {
        "main.py": "import a\n" + WHOLE,
        "a.py": "from b import two\none = 1\n",
        "b.py": "from a import one\ntwo = 2\n",
    }
    assert "circular import" in message(stage(files))


def test_the_start_command_needs_its_server(stage: Stage) -> None:
    launch = Launch("gunicorn", ("app",), module="main", target="app", needs=("gunicorn",))
    assert stage({"app/main.py": "app = print\n"}, launch, provided=()) == Broken((Missing("gunicorn"),))


def test_a_server_that_is_installed_is_enough(stage: Stage) -> None:
    launch = Launch("gunicorn", ("app",), module="main", target="app", needs=("gunicorn",))
    assert stage({"app/main.py": "app = print\n"}, launch, provided=["gunicorn"]) == Fine()


def test_a_module_that_is_not_there_to_start(stage: Stage) -> None:
    launch = Launch("gunicorn", ("app",), module="services.orders", target="app")
    assert (
        message(stage({"app/services/__init__.py": ""}, launch))
        == "there is no module 'services.orders' to start"
    )


def test_a_folder_of_its_own_comes_first_for_a_server_and_last_for_a_function(stage: Stage) -> None:
    files = {"main.py": "import json\nOWN = json.OWN\nhandle = print\n", "json.py": "OWN = 1\n"}
    assert "has no attribute 'OWN'" in message(stage(files))


def test_relative_imports_work_in_a_function_as_functions_framework_allows(stage: Stage) -> None:
    assert stage({"main.py": "from . import rules\n" + WHOLE, "rules.py": ""}) == Fine()


@pytest.mark.parametrize(
    ("main", "said"),
    [
        ("def other(request): ...\n", "main.py does not define 'handle'"),
        ("handle = None\n", "'handle' of main.py is None"),
        ("def handle(): ...\n", "does not take them"),
        ("def handle(event, context): ...\n", "is called with 1 argument (http)"),
        ("def handle(request):\n  return 1 +\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("raise SystemExit('not here')\n", "SystemExit: not here"),
        ("import os\nos._exit(3)\n", "it ended by itself, with status 3"),
        ("import os\nos.kill(os.getpid(), 11)\n", "signal 11 ended it"),
        ("open('limits.json')\n", "FileNotFoundError"),
        ("class Odd(Exception):\n  def __str__(self): return 1\nraise Odd\n", "its message cannot be read"),
    ],
)
def test_what_is_broken_otherwise(stage: Stage, main: str, said: str) -> None:
    assert said in message(stage({"main.py": main}))


def test_no_main(stage: Stage) -> None:
    assert message(stage({"other.py": ""})) == "main.py is not there"


def test_an_event_function_takes_one_argument(stage: Stage) -> None:
    files = {"main.py": "def handle(event, context): ...\n"}
    assert "(cloudevent)" in message(stage(files, service=triggered(topic="orders-complete")))


@pytest.mark.parametrize(
    ("main", "why"),
    [
        ("import os\nos.environ['API_KEY']\n", Reason.ENVIRONMENT),
        ("import os\nint(os.getenv('LIMIT'))\n", Reason.ENVIRONMENT),
        ("open('/secrets/no-such/key')\n", Reason.ENVIRONMENT),
        ("raise ImportError('libpq.so.5: cannot open shared object file')\n", Reason.ENVIRONMENT),
        ("import urllib.request\nurllib.request.urlopen('https://example.com')\n", Reason.NETWORK),
        ("import socket\nsocket.create_connection(('10.0.0.1', 80))\n", Reason.NETWORK),
        ("import socket\ntry:\n  socket.gethostbyname('db')\nexcept OSError:\n  raise RuntimeError('no db')\n", Reason.NETWORK),
    ],
)  # fmt: skip
def test_what_only_the_cloud_has_cannot_be_told(stage: Stage, main: str, why: Reason) -> None:
    assert reason(stage({"main.py": main + WHOLE})) == why


def test_missing_credentials_cannot_be_told(stage: Stage) -> None:
    files = {
        "google/auth/exceptions.py": "class DefaultCredentialsError(Exception): ...\n",
        "main.py": "from google.auth.exceptions import DefaultCredentialsError\nraise DefaultCredentialsError('none')\n",
    }
    assert reason(stage(files)) == Reason.CREDENTIAL


def test_another_python_is_no_proof(stage: Stage) -> None:
    assert reason(stage({"main.py": "1 / 0\n"}, exact=False)) == Reason.PYTHON


def test_surroundings_are_of_the_service_and_not_of_this_machine(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWN_SECRET", "x")
    service = triggered(http=True)
    main = (
        "import os, json\n"
        "assert 'OWN_SECRET' not in os.environ\n"
        "assert os.environ['GOOGLE_CLOUD_PROJECT'] == 'sample-project'\n"
        "assert json.load(open(os.environ['GOOGLE_APPLICATION_CREDENTIALS']))['type'] == 'authorized_user'\n"
        f"assert os.environ['HOME'].startswith({str(stage.folder)!r})\n"
        "assert os.environ['FUNCTION_TARGET'] == 'handle'\n"
    )
    assert stage({"main.py": main + WHOLE}, service=service) == Fine()


def test_a_script_is_fine_once_it_serves(stage: Stage) -> None:
    launch = Launch("python", ("app",), file="app/main.py", runs_main=True)
    main = "from http.server import HTTPServer\nif __name__ == '__main__':\n    HTTPServer(('127.0.0.1', 0), None).serve_forever()\n"
    assert stage({"app/main.py": main}, launch) == Fine()


def test_a_module_run_as_main_is_followed_into_its_main(stage: Stage) -> None:
    launch = Launch("python", ("app",), module="orders", runs_main=True)
    files = {
        "app/orders/__init__.py": "",
        "app/orders/__main__.py": "if __name__ == '__main__':\n    import yaml\n",
    }
    assert missing(stage(files, launch)) == ["yaml"]
