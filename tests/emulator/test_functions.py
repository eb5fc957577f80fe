"""Cloud Functions v2 through the stock client: uploads that are built, started and called."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import functions_v2, run_v2
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client

from tests.emulator.clients import PARENT, Clients, done
from tests.emulator.functions import HTTP_MAIN, a_name, function_of, uploaded

pytestmark = pytest.mark.slow
State = functions_v2.Function.State
EVENT_MAIN = """
import base64, functions_framework

@functions_framework.cloud_event
def handle(event):
    print("GOT", base64.b64decode(event.data["message"]["data"]).decode(), event["type"])
"""


@pytest.fixture
def functions(cloud: Clients) -> Any:
    return cloud.of(functions_v2.FunctionServiceClient)


def create(client: Any, name: str, function: functions_v2.Function) -> functions_v2.Function:
    return done(client.create_function(parent=PARENT, function=function, function_id=name))


def logged(cloud: Clients, service: str) -> list[Any]:
    condition = f'resource.type="cloud_run_revision" resource.labels.service_name="{service}"'
    client = cloud.of(LoggingServiceV2Client)
    return list(
        client.list_log_entries(request={"resource_names": ["projects/demo-project"], "filter": condition})
    )


def test_a_function_is_built_served_updated_and_deleted(functions: Any, cloud: Clients) -> None:
    name = a_name()
    function = function_of(uploaded(functions, {"main.py": HTTP_MAIN}), VERSION="1")
    function.labels = {"commit-sha": "abc"}
    made = create(functions, name, function)
    assert made.state == State.ACTIVE
    assert made.service_config.service == f"{PARENT}/services/{name}"
    assert made.service_config.all_traffic_on_latest_revision
    assert made.build_config.source.storage_source.generation
    status, body = cloud.get(f"{made.service_config.uri}/a?b=c")
    assert status == 200
    assert json.loads(body) == {
        "version": "1",
        "revision": made.service_config.revision,
        "service": name,
        "path": "/a",
    }

    service = cloud.of(run_v2.ServicesClient).get_service(name=made.service_config.service)
    assert service.labels["commit-sha"] == "abc"
    assert service.labels["goog-managed-by"] == "cloudfunctions"
    assert {one.name: one.value for one in service.template.containers[0].env}["VERSION"] == "1"

    whoami = json.loads(cloud.get(f"{made.service_config.uri}/whoami")[1])
    assert whoami == {"project": "demo-project", "email": service.template.service_account}

    made.service_config.environment_variables["VERSION"] = "2"
    mask = {"paths": ["service_config.environment_variables"]}
    changed = done(functions.update_function(function=made, update_mask=mask))
    assert changed.service_config.revision != made.service_config.revision
    assert json.loads(cloud.get(changed.url)[1])["version"] == "2"

    assert cloud.get(f"{changed.url}/boom")[0] == 500
    cloud.get(f"{changed.url}/say")
    entries = logged(cloud, name)
    said = next(one for one in entries if one.json_payload and one.json_payload.get("n") == 7)
    assert said.severity == 400
    assert any(one.http_request.status == 500 and one.severity == 500 for one in entries)
    assert any(
        "boom in the handler" in one.text_payload and "Traceback" in one.text_payload for one in entries
    )
    assert next(one for one in entries if one.text_payload == "plain on stderr").severity == 0

    done(functions.delete_function(name=made.name))
    with pytest.raises(exceptions.NotFound):
        functions.get_function(name=made.name)
    assert cloud.get(changed.url)[0] == 404


def test_a_function_that_crashes_leaves_the_old_one_serving(functions: Any, cloud: Clients) -> None:
    name = a_name()
    made = create(functions, name, function_of(uploaded(functions, {"main.py": HTTP_MAIN}), VERSION="1"))
    broken = "import shared.validation\n" + HTTP_MAIN
    made.build_config.source.storage_source = uploaded(functions, {"main.py": broken})
    with pytest.raises(exceptions.GoogleAPICallError, match="not ready"):
        done(functions.update_function(function=made, update_mask={"paths": ["build_config.source"]}))
    read = functions.get_function(name=made.name)
    assert read.state == State.FAILED
    assert "not ready" in read.state_messages[0].message
    assert not read.service_config.all_traffic_on_latest_revision
    assert json.loads(cloud.get(made.url)[1])["version"] == "1"
    tracebacks = [one.text_payload for one in logged(cloud, name) if "Traceback" in one.text_payload]
    assert any("ModuleNotFoundError: No module named 'shared'" in one for one in tracebacks)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"other.py": HTTP_MAIN}, "missing main.py"),
        ({"main.py": HTTP_MAIN, "shared/broken.py": "def (:\n"}, "does not compile"),
        ({"main.py": HTTP_MAIN, "requirements.txt": "no-such-distribution-of-ours==1.0\n"}, "uv pip install"),
        ({"main.py": HTTP_MAIN, "../outside.py": ""}, "outside of its folder"),
    ],
)
def test_a_build_that_fails_says_why(functions: Any, files: dict[str, str], reason: str) -> None:
    name = a_name()
    with pytest.raises(exceptions.GoogleAPICallError, match=reason):
        create(functions, name, function_of(uploaded(functions, files)))
    assert functions.get_function(name=f"{PARENT}/functions/{name}").state == State.FAILED


def test_traffic_can_be_held_back_from_a_new_revision(functions: Any, cloud: Clients) -> None:
    """The way to ship a function without premature traffic: pin its service, then update."""
    services = cloud.of(run_v2.ServicesClient)
    made = create(functions, a_name(), function_of(uploaded(functions, {"main.py": HTTP_MAIN}), VERSION="1"))
    service = services.get_service(name=made.service_config.service)
    serving = service.latest_ready_revision.rpartition("/")[2]
    service.traffic = [
        {"type_": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": serving, "percent": 100}
    ]
    done(services.update_service(service=service))
    made.service_config.environment_variables["VERSION"] = "2"
    made.service_config.all_traffic_on_latest_revision = False
    changed = done(functions.update_function(function=made, update_mask={"paths": ["service_config"]}))
    assert not changed.service_config.all_traffic_on_latest_revision
    assert json.loads(cloud.get(made.url)[1])["version"] == "1"
    service = services.get_service(name=service.name)
    assert service.latest_ready_revision.rpartition("/")[2] != serving
    service.traffic = [{"type_": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}]
    done(services.update_service(service=service))
    assert json.loads(cloud.get(made.url)[1])["version"] == "2"
    assert functions.get_function(name=made.name).service_config.all_traffic_on_latest_revision


def test_a_push_needs_the_invoker_binding(functions: Any, cloud: Clients) -> None:
    name, account = a_name(), "push@demo-project.iam.gserviceaccount.com"
    topic = f"projects/demo-project/topics/{name}"
    function = function_of(uploaded(functions, {"main.py": EVENT_MAIN}), "handle")
    function.event_trigger = functions_v2.EventTrigger(
        event_type="google.cloud.pubsub.topic.v1.messagePublished",
        pubsub_topic=topic,
        service_account_email=account,
    )
    made = create(functions, name, function)
    (refused,) = cloud.admin("POST", "publish", {"topic": topic, "data": "hello"})["delivered"]
    assert refused["status"] == 403
    services = cloud.of(run_v2.ServicesClient)
    policy = services.get_iam_policy(request={"resource": made.service_config.service})
    policy.bindings.add(role="roles/run.invoker", members=[f"serviceAccount:{account}"])
    services.set_iam_policy(request={"resource": made.service_config.service, "policy": policy})
    (taken,) = cloud.admin("POST", "publish", {"topic": topic, "data": "hello"})["delivered"]
    assert taken["status"] == 200
    assert any("GOT hello google.cloud.pubsub" in one.text_payload for one in logged(cloud, name))


def test_a_request_for_what_is_not_there_is_refused(functions: Any) -> None:
    with pytest.raises(exceptions.NotFound):
        functions.create_function(
            parent=PARENT, function=function_of({"bucket": "b", "object_": "o"}), function_id="f"
        )
    source = uploaded(functions, {"main.py": HTTP_MAIN})
    with pytest.raises(exceptions.InvalidArgument, match="runtime"):
        functions.create_function(
            parent=PARENT, function=function_of(source, runtime="nodejs20"), function_id="f"
        )
    with pytest.raises(exceptions.InvalidArgument, match="entry_point"):
        functions.create_function(parent=PARENT, function=function_of(source, ""), function_id="f")
    assert [one.name for one in functions.list_runtimes(parent=PARENT).runtimes][:2] == [
        "python310",
        "python311",
    ]


def test_an_instance_that_crashes_is_replaced(functions: Any, cloud: Clients) -> None:
    made = create(functions, a_name(), function_of(uploaded(functions, {"main.py": HTTP_MAIN})))
    cloud.admin("POST", "faults", {"effect": "crash", "on": f"{made.service_config.service}/*", "nth": 2})
    assert [cloud.get(made.url)[0] for _ in range(4)] == [200, 200, 200, 200]
