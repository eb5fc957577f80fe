"""Functions created and updated, with the traffic kept where it is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud import functions_v2

from deployguard.gcp.bucket import Bucket
from deployguard.gcp.building import Source, build_log_tail, upload
from deployguard.gcp.function_shipping import ShipFunction, function_build, ship_function
from deployguard.gcp.functions import Functions
from deployguard.gcp.logs import log_tail
from deployguard.gcp.shares import shares_of
from deployguard.gcp.shipping import pin_traffic, set_traffic
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients
from tests.emulator.functions import HTTP_MAIN, a_name, zipped
from tests.gcp.made import PARENT, PROJECT, REGION, Deaf, connection, ended, read, ready_of

EVENT_MAIN = "def handle(event):\n    print('handled')\n"


def a_source(cloud: Clients, files: Mapping[str, str]) -> Source:
    to = cloud.storage.bucket("demo-sources")
    if not to.exists():
        to.create()
    bucket, name = Bucket(connection(cloud), "demo-sources"), f"sources/{uuid.uuid4().hex}.zip"
    return Source(bucket.name, name, upload(bucket, name, zipped(files)))


def spec(cloud: Clients, name: str, main: str = HTTP_MAIN, **more: Any) -> ShipFunction:
    source = a_source(cloud, {"main.py": main, "requirements.txt": ""})
    return ShipFunction(name, REGION, source, "python311", "serve", **more)


def raw(cloud: Clients, name: str) -> Any:
    found = Functions(connection(cloud)).raw(REGION, name)
    assert found is not None
    return found


@pytest.mark.slow
def test_an_update_keeps_the_traffic_until_it_is_moved(cloud: Clients) -> None:
    name = a_name()
    first = spec(cloud, name, env={"VERSION": "1", "KEPT": "x"}, labels={"team": "data"})
    assert ended(cloud, ship_function(connection(cloud), first)) == ""
    served = ready_of(cloud, name)
    assert ended(cloud, pin_traffic(connection(cloud), REGION, name)) == ""
    assert pin_traffic(connection(cloud), REGION, name) == ""
    second = spec(cloud, name, env={"VERSION": "2"}, labels={"release": "r2"}, settings={"memory": "512Mi"})
    assert ended(cloud, ship_function(connection(cloud), second)) == ""
    made = ready_of(cloud, name)
    assert made != served
    assert shares_of(read(cloud, name)) == {served: 100}
    config = raw(cloud, name).service_config
    assert dict(config.environment_variables) == {"VERSION": "2", "KEPT": "x"}
    assert config.available_memory == "512Mi"
    assert dict(raw(cloud, name).labels) == {"team": "data", "release": "r2"}
    uri = read(cloud, name).uri
    assert json.loads(cloud.get(uri)[1])["version"] == "1"
    ended(cloud, set_traffic(connection(cloud), REGION, name, {made: 100}))
    assert json.loads(cloud.get(uri)[1])["version"] == "2"


@pytest.mark.slow
def test_what_people_set_by_hand_survives_and_a_resend_ships_once(cloud: Clients) -> None:
    name, client = a_name(), cloud.of(functions_v2.FunctionServiceClient)
    given = spec(cloud, name)
    source = {"storage_source": {"bucket": given.source.bucket, "object_": given.source.object}}
    made = functions_v2.Function(
        build_config={"runtime": "python311", "entry_point": "serve", "source": source},
        service_config={
            "environment_variables": {"STAGE": "production"},
            "service_account_email": "runner@x.invalid",
            "ingress_settings": 2,
            "min_instance_count": 1,
            "max_instance_count": 5,
            "vpc_connector": "projects/p/locations/r/connectors/c",
            "timeout_seconds": 300,
        },
        description="by hand",
    )
    client.create_function(parent=PARENT, function=made, function_id=name).result(timeout=120)
    before = raw(cloud, name)
    operation = ship_function(connection(cloud), given)
    assert ended(cloud, operation) == ""
    after = raw(cloud, name)
    for message in (before, after):
        message.ClearField("update_time")
        message.ClearField("build_config")
        for field in ("revision", "all_traffic_on_latest_revision"):
            message.service_config.ClearField(field)
    assert after == before
    again = ship_function(connection(cloud), given)
    assert again == f"//cloudfunctions.googleapis.com/{PARENT}/functions/{name}"
    assert ended(cloud, again) == ""


@pytest.mark.slow
def test_a_function_of_a_topic(cloud: Clients) -> None:
    name, account = a_name(), "robot@demo-project.iam.gserviceaccount.com"
    source = a_source(cloud, {"main.py": EVENT_MAIN, "requirements.txt": ""})
    trigger: dict[str, object] = {"topic": "orders", "service-account": account, "retry": True}
    made = ShipFunction(name, REGION, source, "python311", "handle", trigger=trigger)
    assert ended(cloud, ship_function(connection(cloud), made)) == ""
    event = raw(cloud, name).event_trigger
    assert event.pubsub_topic == f"projects/{PROJECT}/topics/orders"
    assert (event.service_account_email, event.retry_policy) == (account, 2)


@pytest.mark.slow
def test_a_build_that_fails_keeps_the_old_one_and_its_log_can_be_read(cloud: Clients) -> None:
    name = a_name()
    ended(cloud, ship_function(connection(cloud), spec(cloud, name, env={"VERSION": "1"})))
    served = ready_of(cloud, name)
    operation = ship_function(connection(cloud), spec(cloud, name, "def broken(:\n"))
    assert "does not compile" in ended(cloud, operation)
    assert shares_of(read(cloud, name)) == {served: 100}
    tail = build_log_tail(connection(cloud), function_build(connection(cloud), REGION, name, operation))
    assert any("SyntaxError" in line for line in tail)
    # a failed release is no reason to leave the next try out
    cloud.admin("POST", "faults", {"effect": "fail-build", "on": f"*/functions/{name}"})
    assert "as asked for" in ended(cloud, ship_function(connection(cloud), spec(cloud, name)))


@pytest.mark.slow
def test_a_creation_that_nobody_hears_of_is_waited_for(cloud: Clients) -> None:
    name = a_name()
    operation = ship_function(Deaf(PROJECT, cloud.address), spec(cloud, name))
    assert operation.endswith(f"/functions/{name}")
    assert ended(cloud, operation) == ""
    assert raw(cloud, name).state == functions_v2.Function.State.ACTIVE


def test_what_is_refused_says_what_is_missing(cloud: Clients) -> None:
    cloud.admin("POST", "faults", {"effect": "deny", "on": "cloudfunctions.functions.create"})
    with pytest.raises(CloudError) as caught:
        ship_function(connection(cloud), spec(cloud, a_name()))
    assert (caught.value.kind, caught.value.permission) == ("permission", "cloudfunctions.functions.create")


def test_no_service_and_none_that_serves_cannot_be_pinned(cloud: Clients) -> None:
    with pytest.raises(CloudError) as caught:
        pin_traffic(connection(cloud), REGION, "nothing")
    assert caught.value.kind == "missing"


@pytest.mark.slow
def test_a_revision_that_dies_as_it_starts_leaves_its_traceback(cloud: Clients) -> None:
    name = a_name()
    ended(cloud, ship_function(connection(cloud), spec(cloud, name)))
    served = ready_of(cloud, name)
    began = datetime.now(UTC) - timedelta(seconds=5)
    ended(cloud, pin_traffic(connection(cloud), REGION, name))
    broken = spec(cloud, name, f"import nothing_of_the_kind\n{HTTP_MAIN}")
    assert "failed to start" in ended(cloud, ship_function(connection(cloud), broken))
    found = read(cloud, name)
    revision = found.latest_created_revision.rpartition("/")[2]
    assert shares_of(found) == {served: 100}
    said = log_tail(connection(cloud), name, revision, 40, began)
    assert any("ModuleNotFoundError: No module named 'nothing_of_the_kind'" in line for line in said)
