"""Waiting for operations: their ends, their failures, and those that never end."""

from __future__ import annotations

import pytest

from deployguard.gcp.operations import wait
from deployguard.gcp.shipping import set_traffic
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients
from tests.gcp.made import PARENT, REGION, a_service, connection, ready_of

pytestmark = pytest.mark.slow


def test_an_operation_that_never_ends_is_a_timeout(cloud: Clients) -> None:
    name = a_service(cloud)
    cloud.admin("POST", "faults", {"effect": "stuck", "on": "UpdateService"})
    operation = set_traffic(connection(cloud), REGION, name, {ready_of(cloud, name): 100})
    for limit in (0, 0.3):
        with pytest.raises(CloudError, match="not ended after") as caught:
            wait(connection(cloud), operation, limit)
        assert caught.value.kind == "timeout"


def test_a_name_is_enough_for_another_process_to_wait(cloud: Clients) -> None:
    name = a_service(cloud)
    operation = set_traffic(connection(cloud), REGION, name, {ready_of(cloud, name): 100})
    assert operation.startswith(f"//run.googleapis.com/{PARENT}/operations/")
    assert wait(connection(cloud), operation, 60).failure == ""
    assert wait(connection(cloud), f"//run.googleapis.com/{PARENT}/services/{name}", 60).failure == ""


@pytest.mark.parametrize("effect", ["error", "drop"])
def test_refusals_while_waiting_are_waited_out(cloud: Clients, effect: str) -> None:
    name = a_service(cloud)
    operation = set_traffic(connection(cloud), REGION, name, {ready_of(cloud, name): 100})
    cloud.admin(
        "POST",
        "faults",
        {"effect": effect, "on": "Operations.GetOperation", "status": "RESOURCE_EXHAUSTED", "times": 2},
    )
    assert wait(connection(cloud), operation, 60).failure == ""


def test_an_operation_that_nobody_knows_is_missing(cloud: Clients) -> None:
    with pytest.raises(CloudError) as caught:
        wait(connection(cloud), f"//run.googleapis.com/{PARENT}/operations/nothing", 5)
    assert caught.value.kind == "missing"
    with pytest.raises(CloudError, match="names no operation"):
        wait(connection(cloud), "", 5)
