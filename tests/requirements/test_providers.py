"""What the shipped map says, and how the reader follows it."""

import pytest

from deployguard.requirements.installed import Edge
from deployguard.requirements.providers import ProviderMap

LINUX = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
    "sys_platform": "linux",
}
NONE: frozenset[str] = frozenset()

SHIPPED = ProviderMap.load()
MADE_UP = ProviderMap(
    {
        "app": {"version": "2.0", "modules": ["app"], "requires": [["base", "fast", ""], ["gone", "", ""]]},
        "base": {
            "version": "1.0",
            "modules": ["base"],
            "requires": [
                ["always", "", ""],
                ["quick", "", 'extra == "fast"'],
                ["slow", "", 'extra == "slow"'],
                ["winthing", "", 'sys_platform == "win32"'],
                ["base", "slow", 'extra == "all"'],
            ],
        },
        "always": {"version": "1.0", "modules": ["always"], "requires": [["base", "", ""]]},
        "quick": {"version": "1.0", "modules": ["space.quick"], "requires": []},
        "slow": {"version": "1.0", "modules": ["space.slow.one", "space.slow.two"], "requires": []},
        "winthing": {"version": "1.0", "modules": ["same"], "requires": []},
        "told": {"version": "", "modules": ["same"], "requires": None},
    },
    prefer={"same": ["winthing"]},
)


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("yaml", "pyyaml"),
        ("yaml.loader", "pyyaml"),
        ("PIL.Image", "pillow"),
        ("bs4", "beautifulsoup4"),
        ("sklearn.linear_model", "scikit-learn"),
        ("dateutil.parser", "python-dateutil"),
        ("dotenv", "python-dotenv"),
        ("jwt", "pyjwt"),
        ("MySQLdb", "mysqlclient"),
        ("Crypto.Cipher", "pycryptodome"),
        ("attr", "attrs"),
        ("attrs", "attrs"),
        ("pkg_resources", "setuptools"),
        ("setuptools.command", "setuptools"),
        ("_distutils_hack", "setuptools"),
        ("pip", "pip"),
        ("flask", "flask"),
        ("functions_framework", "functions-framework"),
        ("google.cloud.firestore", "google-cloud-firestore"),
        ("google.cloud.firestore_v1.types", "google-cloud-firestore"),
        ("google.cloud.bigquery", "google-cloud-bigquery"),
        ("google.cloud.bigquery_storage_v1", "google-cloud-bigquery-storage"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("google.cloud.pubsub_v1", "google-cloud-pubsub"),
        ("google.cloud.logging", "google-cloud-logging"),
        ("google.cloud.error_reporting", "google-cloud-error-reporting"),
        ("google.cloud.secretmanager", "google-cloud-secret-manager"),
        ("google.cloud.monitoring_v3", "google-cloud-monitoring"),
        ("google.cloud.run_v2", "google-cloud-run"),
        ("google.cloud.functions_v2", "google-cloud-functions"),
        ("google.cloud.functions_v1.context", "functions-framework"),
        ("google.cloud.exceptions", "google-cloud-core"),
        ("google.cloud.tasks_v2", "google-cloud-tasks"),
        ("google.cloud.aiplatform", "google-cloud-aiplatform"),
        ("vertexai.generative_models", "google-cloud-aiplatform"),
        ("google.generativeai", "google-generativeai"),
        ("google.genai.types", "google-genai"),
        ("google.protobuf.message", "protobuf"),
        ("google.api_core.exceptions", "google-api-core"),
        ("google.auth.transport", "google-auth"),
        ("google.oauth2.service_account", "google-auth"),
        ("google.rpc.status_pb2", "googleapis-common-protos"),
        ("google.type.date_pb2", "googleapis-common-protos"),
        ("google.longrunning", "googleapis-common-protos"),
        ("google.iam.v1.policy_pb2", "grpc-google-iam-v1"),
        ("googleapiclient.discovery", "google-api-python-client"),
        ("grpc", "grpcio"),
        ("grpc_status", "grpcio-status"),
        ("azure.storage.blob", "azure-storage-blob"),
        ("azure.core.exceptions", "azure-core"),
        ("opentelemetry.sdk", "opentelemetry-sdk"),
        ("opentelemetry.sdk.trace.export", "opentelemetry-sdk"),
        ("opentelemetry.trace", "opentelemetry-api"),
        ("opentelemetry.instrumentation.flask", "opentelemetry-instrumentation-flask"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("zmq", "pyzmq"),
        ("nba_api.stats", "nba-api"),
        ("pythonjsonlogger", "python-json-logger"),
        ("multipart", "python-multipart"),
        ("discord.ext.commands", "discord-py"),
    ],
)
def test_the_usual_provider_is_named_first(module: str, distribution: str) -> None:
    assert SHIPPED.providers_of(module)[:1] == (distribution,)


@pytest.mark.parametrize(
    ("module", "distributions"),
    [
        ("cv2", {"opencv-python", "opencv-python-headless"}),
        ("psycopg2.extras", {"psycopg2", "psycopg2-binary"}),
    ],
)
def test_every_variant_of_a_module_is_named(module: str, distributions: set[str]) -> None:
    assert distributions <= set(SHIPPED.providers_of(module))


@pytest.mark.parametrize(
    "module", ["google", "google.cloud", "azure", "azure.storage", "opentelemetry", "zope"]
)
def test_a_namespace_has_no_owner(module: str) -> None:
    assert SHIPPED.is_namespace(module)
    assert SHIPPED.providers_of(module) == ()


@pytest.mark.parametrize("module", ["google.cloud.no_such_client", "azure.nowhere", "no_such_module_at_all"])
def test_an_unknown_module_has_no_owner_and_is_no_namespace(module: str) -> None:
    assert SHIPPED.providers_of(module) == ()
    assert not SHIPPED.is_namespace(module)


def test_a_regular_package_is_no_namespace() -> None:
    assert not SHIPPED.is_namespace("flask")
    assert not SHIPPED.is_namespace("airflow")


def test_a_nested_namespace_of_one_distribution_is_its_own() -> None:
    assert MADE_UP.providers_of("space.slow") == ("slow",)
    assert MADE_UP.providers_of("space.slow.three") == ()
    assert MADE_UP.is_namespace("space")


def test_a_folder_of_plugins_belongs_to_the_package_around_it() -> None:
    assert SHIPPED.providers_of("azure.core.tracing") == ("azure-core",)
    assert SHIPPED.providers_of("azure.core.tracing.ext.opentelemetry_span") == (
        "azure-core-tracing-opentelemetry",
    )
    assert SHIPPED.providers_of("airflow.providers") == ("apache-airflow",)


def test_the_preferred_provider_comes_first() -> None:
    assert MADE_UP.providers_of("same.below") == ("winthing", "told")


def test_modules_and_requirements_of_one_distribution() -> None:
    assert SHIPPED.modules_of("setuptools") == ("_distutils_hack", "pkg_resources", "setuptools")
    assert MADE_UP.requires_of("app") == (Edge("base", frozenset({"fast"}), ""), Edge("gone", NONE, ""))
    assert MADE_UP.modules_of("gone") is None
    assert MADE_UP.requires_of("gone") is None
    assert MADE_UP.requires_of("told") is None


@pytest.mark.parametrize(
    ("declared", "brought"),
    [
        ("functions-framework", {"flask", "werkzeug", "cloudevents", "gunicorn"}),
        ("google-cloud-storage", {"requests", "google-auth", "google-api-core", "google-cloud-core"}),
        ("google-cloud-firestore", {"grpcio", "protobuf", "proto-plus"}),
        ("pandas", {"numpy", "python-dateutil", "pytz", "six"}),
        ("google-cloud-tasks", {"grpcio", "google-api-core"}),
    ],
)
def test_what_a_real_distribution_brings(declared: str, brought: set[str]) -> None:
    installed = SHIPPED.installed_by([(declared, NONE)], LINUX)
    assert brought <= installed.chains.keys()


def test_a_chain_leads_from_the_declared_distribution() -> None:
    installed = SHIPPED.installed_by([("functions-framework", NONE)], LINUX)
    assert installed.chains["functions-framework"] == ("functions-framework",)
    assert installed.chains["jinja2"] == ("functions-framework", "flask", "jinja2")


def test_an_edge_for_another_platform_is_not_followed() -> None:
    assert "winthing" not in MADE_UP.installed_by([("base", NONE)], LINUX).chains
    windows = MADE_UP.installed_by([("base", NONE)], {**LINUX, "sys_platform": "win32"})
    assert windows.chains["winthing"] == ("base", "winthing")
    assert "colorama" not in SHIPPED.installed_by([("click", NONE)], LINUX).chains


def test_an_extra_is_followed_only_when_asked_for() -> None:
    assert MADE_UP.installed_by([("base", NONE)], LINUX).chains.keys() == {"base", "always"}
    assert "quick" in MADE_UP.installed_by([("base", frozenset({"fast"}))], LINUX).chains
    assert MADE_UP.installed_by([("app", NONE)], LINUX).chains["quick"] == ("app", "base", "quick")


def test_an_extra_that_asks_for_another_of_the_same_distribution() -> None:
    assert "slow" in MADE_UP.installed_by([("base", frozenset({"all"}))], LINUX).chains


def test_an_extra_asked_for_later_is_still_followed() -> None:
    both = MADE_UP.installed_by([("base", NONE), ("base", frozenset({"slow"}))], LINUX)
    assert both.chains["slow"] == ("base", "slow")


def test_what_the_map_does_not_know_is_said() -> None:
    installed = MADE_UP.installed_by([("app", NONE), ("told", NONE), ("foreign", NONE)], LINUX)
    assert installed.unknown == {"gone", "told", "foreign"}
    assert "foreign" in installed.chains


def test_every_module_of_the_map_finds_its_distribution() -> None:
    for name, record in SHIPPED.records.items():
        for module in record["modules"]:
            assert name in SHIPPED.providers_of(module), module


def test_the_map_is_read_once() -> None:
    assert ProviderMap.load() is SHIPPED
