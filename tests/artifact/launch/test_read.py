from __future__ import annotations

import pytest

from deployguard.model.artifact import Launch
from tests.artifact.images import doubts, image
from tests.trees import Link

Files = dict[str, str | bytes | Link]

FILES: Files = {
    "main.py": "app = 1",
    "server.py": "",
    "pkg/__init__.py": "",
    "pkg/web.py": "",
    "pkg/__main__.py": "",
    "jobs/run.py": "",
    "uwsgi.ini": "[uwsgi]\nhttp = :8080\nmodule = web:app\nchdir = pkg\n[other]\nmodule = x\n",
    "Procfile": "web: gunicorn main:app\nworker: celery -A pkg.web worker\n",
}


def launch(lines: str, files: Files | None = None, command: tuple[str, ...] = ()) -> Launch:
    return image(
        f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{lines}\n", FILES | (files or {}), command=command
    ).launch


@pytest.mark.parametrize(
    ("command", "roots", "module", "target"),
    [
        ("gunicorn main:app", ("app",), "main", "app"),
        ("gunicorn main", ("app",), "main", "application"),
        ("exec gunicorn --bind :$PORT --workers 1 --threads 8 --timeout 0 main:app", ("app",), "main", "app"),
        ("gunicorn -b :8080 -w 4 --preload 'pkg.web:create_app()'", ("app",), "pkg.web", "create_app"),
        ("gunicorn main:app -b0.0.0.0:80 --access-logfile -", ("app",), "main", "app"),
        ("gunicorn --chdir pkg web:app", ("app/pkg", "app"), "web", "app"),
        ("gunicorn --pythonpath /app/jobs,/x main:app", ("x", "app/jobs", "app"), "main", "app"),
        ("/usr/local/bin/gunicorn main:app", ("app",), "main", "app"),
        ("python -m gunicorn main:app", ("app",), "main", "app"),
        ("cd pkg && gunicorn web:app", ("app/pkg",), "web", "app"),
        ("X=1 gunicorn main:app", ("app",), "main", "app"),
        ("env X=1 gunicorn main:app", ("app",), "main", "app"),
        ("poetry run gunicorn main:app", ("app",), "main", "app"),
        ("uv run --no-sync gunicorn main:app", ("app",), "main", "app"),
        ("gosu nobody tini -- gunicorn main:app", ("app",), "main", "app"),
        ("uvicorn main:app --host 0.0.0.0 --port $PORT", ("app",), "main", "app"),
        ("uvicorn --proxy-headers --factory pkg.web:make", ("app",), "pkg.web", "make"),
        ("uvicorn --app-dir pkg web:app", ("app/pkg",), "web", "app"),
        ("uvicorn main:app --port ${PORT:-8080}", ("app",), "main", "app"),
        ("hypercorn asgi:main:app -b :80", ("app",), "main", "app"),
        ("daphne -b 0.0.0.0 -p 80 pkg.web:app", ("app",), "pkg.web", "app"),
        ("granian --interface asgi main:app", ("app",), "main", "app"),
        ("flask --app pkg.web:make run --host=0.0.0.0", ("app",), "pkg.web", "make"),
        ("flask --app pkg/web run", ("app",), "pkg.web", None),
        ("fastapi run pkg/web.py --port 80", ("app",), "pkg.web", None),
        ("fastapi run", ("app",), "main", None),
        ("celery -A pkg.web worker -l info", ("app",), "pkg.web", None),
        ("uwsgi --http :8080 --module main:app", ("app",), "main", "app"),
        (
            "uwsgi --http=:$PORT -w pkg.web --callable make --pythonpath jobs",
            ("app/jobs", "app"),
            "pkg.web",
            "make",
        ),
        ("uwsgi --chdir pkg --module web", ("app/pkg",), "web", "application"),
        ("uwsgi --ini uwsgi.ini", ("app/pkg",), "web", "app"),
        ("uwsgi uwsgi.ini", ("app/pkg",), "web", "app"),
        ("honcho start", ("app",), "main", "app"),
        ("honcho start -f Procfile worker", ("app",), "pkg.web", None),
    ],
)
def test_servers(command: str, roots: tuple[str, ...], module: str, target: str | None) -> None:
    found = launch(f"CMD {command}")
    assert (found.roots, found.module, found.target) == (roots, module, target)
    assert not found.site_first
    assert not found.runs_main


@pytest.mark.parametrize(
    ("command", "roots", "module", "file"),
    [
        ('["python", "server.py"]', ("app",), None, "app/server.py"),
        ("python3.12 -u jobs/run.py --fast", ("app/jobs",), None, "app/jobs/run.py"),
        ("python /app/jobs/run.py", ("app/jobs",), None, "app/jobs/run.py"),
        ("python -m pkg.web", ("app",), "pkg.web", None),
        ("python -m pkg", ("app",), "pkg.__main__", None),
        ("python -um pkg.web", ("app",), "pkg.web", None),
        ("python -X dev -W ignore -m pkg.web", ("app",), "pkg.web", None),
        ("python pkg", ("app/pkg",), None, "app/pkg/__main__.py"),
        ("uv run server.py", ("app",), None, "app/server.py"),
        ("uv run --frozen python -m pkg.web", ("app",), "pkg.web", None),
        ("streamlit run jobs/run.py --server.port 80", ("app/jobs",), None, "app/jobs/run.py"),
        ("python -m streamlit run server.py", ("app",), None, "app/server.py"),
        ("opentelemetry-instrument --traces_exporter=x python server.py", ("app",), None, "app/server.py"),
        ("ddtrace-run python server.py", ("app",), None, "app/server.py"),
        ("newrelic-admin run-program python server.py", ("app",), None, "app/server.py"),
        ("su-exec nobody python server.py", ("app",), None, "app/server.py"),
        ("bash -lc 'exec python server.py'", ("app",), None, "app/server.py"),
    ],
)
def test_what_runs_as_main(
    command: str, roots: tuple[str, ...], module: str | None, file: str | None
) -> None:
    found = launch(f"CMD {command}")
    assert (found.roots, found.module, found.file, found.runs_main) == (roots, module, file, True)


def test_functions_framework_appends_the_folder_of_its_source() -> None:
    found = launch("CMD functions-framework --target handle --source pkg/web.py")
    assert (found.roots, found.file, found.target, found.site_first) == (
        ("app/pkg",),
        "app/pkg/web.py",
        "handle",
        True,
    )


def test_functions_framework_by_its_variables() -> None:
    found = launch('ENV FUNCTION_TARGET=go FUNCTION_SOURCE=server.py\nCMD ["functions-framework"]')
    assert (found.file, found.target) == ("app/server.py", "go")


def test_waitress_appends_the_current_folder() -> None:
    found = launch("CMD waitress-serve --port=8080 --call pkg.web:make")
    assert (found.module, found.target, found.site_first) == ("pkg.web", "make", True)


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        ("gunicorn -k uvicorn.workers.UvicornWorker main:app", ("gunicorn", "uvicorn")),
        ("gunicorn --worker-class=gevent main:app", ("gunicorn", "gevent")),
        ("gunicorn -k gthread main:app", ("gunicorn",)),
        ("ddtrace-run uvicorn main:app", ("uvicorn", "ddtrace")),
        ("flask run", ("flask",)),
        ("python server.py", ()),
    ],
)
def test_distributions_without_which_the_command_itself_fails(command: str, needs: tuple[str, ...]) -> None:
    assert launch(f"ENV FLASK_APP=main.py\nCMD {command}").needs == needs


def test_gunicorn_reads_its_configuration_file() -> None:
    files: Files = {
        "conf/g.py": 'import os\nwsgi_app = "pkg.web:app"\nchdir = "/app"\nbind = os.environ["X"]\n'
    }
    found = launch("CMD gunicorn -c conf/g.py", files)
    assert (found.module, found.target) == ("pkg.web", "app")


def test_gunicorn_finds_its_default_configuration_and_its_variable() -> None:
    files: Files = {"gunicorn.conf.py": 'worker_class = "gevent"\n'}
    found = launch('ENV GUNICORN_CMD_ARGS="--chdir=pkg -w 2"\nCMD gunicorn web:app', files)
    assert (found.roots, found.needs) == (("app/pkg", "app"), ("gunicorn", "gevent"))


def test_python_path_comes_after_the_launchers_own_folder() -> None:
    lines = "ENV PYTHONPATH=/app/pkg:lib:$PYTHONPATH\nCMD python jobs/run.py"
    assert launch(lines).roots == ("app/jobs", "app/pkg", "app/lib", "app")


def test_python_path_set_before_the_command() -> None:
    assert launch("CMD PYTHONPATH=/app/pkg python jobs/run.py").roots == ("app/jobs", "app/pkg")


def test_a_variable_of_the_image_is_put_in() -> None:
    found = launch('ENV MODULE=pkg.web:app OPTS="-w 2"\nCMD exec gunicorn $OPTS ${MODULE}')
    assert found.module == "pkg.web"


@pytest.mark.parametrize(
    "lines",
    [
        'ENTRYPOINT ["python"]\nCMD ["server.py"]',
        'ENTRYPOINT ["tini", "--"]\nCMD python server.py',
        'ENTRYPOINT ["/usr/bin/dumb-init", "--", "python"]\nCMD ["server.py", "x"]',
        "CMD ignored\nENTRYPOINT python server.py",
        'SHELL ["/bin/bash", "-c"]\nCMD python server.py',
        'CMD ["sh", "-c", "exec python server.py"]',
        'CMD ["python", "old.py"]\nCMD ["python", "server.py"]',
    ],
)
def test_entrypoint_and_command_together(lines: str) -> None:
    assert launch(lines).file == "app/server.py"


def test_an_entrypoint_drops_the_command_of_its_base_stage() -> None:
    found = image('FROM python:3.12 AS a\nCMD ["server.py"]\nFROM a\nENTRYPOINT ["python"]\n', FILES)
    assert doubts(found) == [("launch", 4)]


def test_the_distroless_image_starts_python_itself() -> None:
    found = image(
        'FROM gcr.io/distroless/python3-debian12\nCOPY main.py /app/\nCMD ["/app/main.py"]\n', FILES
    )
    assert found.launch.file == "app/main.py"


def test_the_configured_command_wins() -> None:
    assert launch("CMD nothing", command=("python", "-m", "pkg.web")).module == "pkg.web"


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\nset -e\npython manage.py migrate\nexec gunicorn main:app\n",
        "#!/bin/bash\necho starting\ngunicorn main:app\n",
        '#!/bin/sh\nif [ -n "$DEBUG" ]; then echo debug; fi\nexec gunicorn \\\n  --workers 2 \\\n  main:app "$@"\n',
        '#!/usr/bin/env bash\nmain() {\n  exec gunicorn main:app\n}\nmain "$@"\n',
        '#!/bin/sh\ncd "$(dirname "$0")"\nexport X=1\nexec gunicorn main:app\n',
        "#!/bin/sh\nAPP=main:app\nexec gunicorn $APP\n",
        "#!/bin/sh\nexec gunicorn ${APP:-main:app}\n",
    ],
)
def test_a_start_script_is_followed(script: str) -> None:
    for line in (
        'ENTRYPOINT ["/app/start.sh"]',
        "CMD ./start.sh",
        "CMD bash start.sh",
        'ENTRYPOINT ["sh", "/app/start.sh"]',
    ):
        found = launch(line, {"start.sh": script})
        assert (found.by, found.module, found.roots) == ("gunicorn", "main", ("app",))


def test_a_script_that_passes_its_arguments_on() -> None:
    script = '#!/bin/sh\npython manage.py migrate\nexec "$@"\n'
    found = launch('ENTRYPOINT ["./entry.sh"]\nCMD ["python", "server.py"]', {"entry.sh": script})
    assert found.file == "app/server.py"


def test_a_python_script_started_by_its_first_line() -> None:
    assert launch("CMD ./serve", {"serve": "#!/usr/bin/env python3\n"}).file == "app/serve"


@pytest.mark.parametrize(
    "lines",
    [
        "",
        'CMD ["/opt/missing.sh"]',
        "CMD $WHAT",
        "CMD python -c 'import x'",
        "CMD nginx -g x",
        "CMD gunicorn $APP",
        "CMD supervisord",
        "CMD []",
        "ENTRYPOINT uv",
        "ENTRYPOINT exec",
        "ENTRYPOINT poetry run",
        "CMD ./choose.sh",
        "CMD ./self.sh",
    ],
)
def test_what_cannot_be_read_says_why(lines: str) -> None:
    choose = '#!/bin/sh\nif [ "$A" ]; then\n exec python server.py\nelse\n exec gunicorn main:app\nfi\n'
    found = image(
        f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{lines}\n",
        FILES | {"choose.sh": choose, "self.sh": "#!/bin/sh\nexec ./self.sh\n"},
    )
    assert found.launch.by == "unknown"
    assert found.launch.roots == ("app",)
    (unknown,) = found.unknowns
    assert unknown.covers == "launch"
    assert unknown.reason


@pytest.mark.parametrize(
    "command",
    [
        "opentelemetry-instrument --traces_exporter console --service_name=x gunicorn main:app",
        "opentelemetry-instrument gunicorn main:app",
    ],
)
def test_each_option_of_opentelemetry_instrument_takes_a_value(command: str) -> None:
    found = launch(f"CMD {command}")
    assert (found.by, found.module) == ("gunicorn", "main")
    assert "opentelemetry-instrumentation" in found.needs


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("panel serve server.py --port 8080 --address 0.0.0.0", "app/server.py"),
        ("mesop main.py --prod", "app/main.py"),
        ("marimo run --headless jobs/run.py", "app/jobs/run.py"),
        ("uwsgi --http :80 --wsgi-file server.py --callable app", "app/server.py"),
        ("uwsgi --http :80 --wsgi-file=jobs/run.py", "app/jobs/run.py"),
    ],
)
def test_servers_that_are_given_a_file(command: str, file: str) -> None:
    found = launch(f"CMD {command}")
    assert found.file == file
    assert found.needs == (command.partition(" ")[0],)


@pytest.mark.parametrize(
    "command", ["uwsgi --ini absent.ini", "honcho start -f absent", "uwsgi --module $APP"]
)
def test_what_a_server_is_not_told_is_not_guessed(command: str) -> None:
    assert launch(f"CMD {command}").by == "unknown"
