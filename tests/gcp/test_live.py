"""Services and functions as the stock clients made them, read back through the adapters."""

from __future__ import annotations

import uuid

import pytest
from google.cloud import run_v2

from deployguard.gcp.connection import Connection
from deployguard.gcp.live import read_live
from deployguard.gcp.services import Services
from deployguard.model.errors import CloudError
from deployguard.model.stamp_names import StampNames
from tests.emulator.clients import HELLO, Clients, done

pytestmark = pytest.mark.slow

NAMES = StampNames()


def hello(cloud: Clients, region: str, service: str, **env: str) -> None:
    """Deploy the sample image with some variables."""
    made = run_v2.Service()
    made.template.containers = [run_v2.Container(image=HELLO)]
    made.template.containers[0].env = [run_v2.EnvVar(name=name, value=value) for name, value in env.items()]
    parent = f"projects/demo-project/locations/{region}"
    client = cloud.of(run_v2.ServicesClient)
    done(client.create_service(parent=parent, service=made, service_id=service))


def test_a_service_with_its_stamp(cloud: Clients) -> None:
    name = f"s-{uuid.uuid4().hex[:8]}"
    hello(cloud, "us-west2", name, BUILD_COMMIT="abc123", BUILD_FINGERPRINT="f00", SECRET="hush")
    found = Services(Connection("demo-project", cloud.address), NAMES).get("us-west2", name)
    assert found is not None
    assert found.percent(found.latest_ready) == 100
    assert (found.serving[0].stamp.commit, found.serving[0].stamp.fingerprint) == ("abc123", "f00")
    assert found.serving[0].settings.env == ("BUILD_COMMIT", "BUILD_FINGERPRINT", "SECRET")
    assert "hush" not in repr(found)


def test_one_call_lists_a_region(cloud: Clients) -> None:
    region = "europe-west4"
    for number in range(3):
        hello(cloud, region, f"s{number}-{uuid.uuid4().hex[:6]}")
    live = read_live(Connection("demo-project", cloud.address), [region], NAMES, [region])
    assert len(live.services) == 3
    assert live.calls == 2


def test_an_older_revision_that_serves_is_asked_for_its_stamp(cloud: Clients) -> None:
    name = f"s-{uuid.uuid4().hex[:8]}"
    hello(cloud, "us-west2", name, BUILD_COMMIT="old")
    client, full = (
        cloud.of(run_v2.ServicesClient),
        f"projects/demo-project/locations/us-west2/services/{name}",
    )
    service = client.get_service(name=full)
    first = service.latest_ready_revision.rpartition("/")[2]
    service.template.containers[0].env[0].value = "new"
    by_name = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
    service.traffic = [run_v2.TrafficTarget(type_=by_name, revision=first, percent=100)]
    done(client.update_service(service=service))
    found = Services(Connection("demo-project", cloud.address), NAMES).get("us-west2", name)
    assert found is not None
    assert [each.stamp.commit for each in found.serving] == ["old"]
    assert found.latest_ready != first


def test_what_cannot_be_seen_is_said(cloud: Clients) -> None:
    cloud.admin("POST", "faults", {"effect": "deny", "on": "run.services.list", "times": 0})
    live = read_live(Connection("demo-project", cloud.address), ["us-west2"], NAMES, [])
    assert len(live.blind) == 1
    assert "run.services.list" in live.blind[0].reason


def test_nothing_there_is_none_and_a_refusal_is_an_error(cloud: Clients) -> None:
    services = Services(Connection("demo-project", cloud.address, patience=0.3), NAMES)
    assert services.get("us-west2", "nothing") is None
    cloud.admin(
        "POST",
        "faults",
        {"effect": "error", "on": "Services.GetService", "status": "RESOURCE_EXHAUSTED", "times": 0},
    )
    with pytest.raises(CloudError) as caught:
        services.get("us-west2", "nothing")
    assert caught.value.kind == "quota"


def test_no_cloud_at_all_is_a_clear_error() -> None:
    live = read_live(Connection("demo-project", "http://127.0.0.1:9"), ["us-west2"], NAMES, [])
    assert {one.region for one in live.blind} == {"us-west2"}
    assert "http://127.0.0.1:9: nothing answers there" in live.blind[0].reason
