"""Who may call a service, read and written without losing anybody's bindings."""

from __future__ import annotations

import pytest
from google.cloud import run_v2
from google.iam.v1 import policy_pb2

from deployguard.gcp.invokers import add_invoker, invoker_members, project_invokers
from deployguard.model.errors import CloudError
from tests.emulator.clients import Clients
from tests.gcp.made import PARENT, REGION, Deaf, a_service, connection

pytestmark = pytest.mark.slow

ROBOT = "serviceAccount:robot@demo-project.iam.gserviceaccount.com"


def policy(cloud: Clients, name: str) -> policy_pb2.Policy:
    resource = f"{PARENT}/services/{name}"
    found: policy_pb2.Policy = cloud.of(run_v2.ServicesClient).get_iam_policy(request={"resource": resource})
    return found


def test_an_invoker_is_added_beside_those_there_are(cloud: Clients) -> None:
    name = a_service(cloud)
    given = policy_pb2.Policy(
        version=3, bindings=[policy_pb2.Binding(role="roles/run.viewer", members=["user:a@x.y"])]
    )
    given.bindings.add(role="roles/run.invoker", members=["user:b@x.y"]).condition.expression = "true"
    resource = f"{PARENT}/services/{name}"
    cloud.of(run_v2.ServicesClient).set_iam_policy(request={"resource": resource, "policy": given})
    assert add_invoker(connection(cloud), REGION, name, ROBOT)
    assert invoker_members(connection(cloud), REGION, name) == frozenset({ROBOT, "user:b@x.y"})
    bindings = policy(cloud, name).bindings
    assert [each.condition.expression for each in bindings] == ["", "true", ""]
    assert list(bindings[0].members) == ["user:a@x.y"]
    assert not add_invoker(connection(cloud), REGION, name, ROBOT)


def test_a_change_by_somebody_else_in_between_is_read_again(cloud: Clients) -> None:
    name = a_service(cloud)
    cloud.admin(
        "POST", "faults", {"effect": "error", "on": "Services.SetIamPolicy", "status": "ABORTED", "times": 2}
    )
    assert add_invoker(connection(cloud), REGION, name, ROBOT)
    assert invoker_members(connection(cloud), REGION, name) == frozenset({ROBOT})


def test_a_binding_that_nobody_hears_of_is_there_once(cloud: Clients) -> None:
    name = a_service(cloud)
    assert not add_invoker(Deaf("demo-project", cloud.address), REGION, name, ROBOT)
    assert list(policy(cloud, name).bindings[0].members) == [ROBOT]


def test_a_policy_that_may_not_be_read_is_none_and_no_service_is_an_error(cloud: Clients) -> None:
    name = a_service(cloud)
    assert invoker_members(connection(cloud), REGION, name) == frozenset()
    cloud.admin("POST", "faults", {"effect": "deny", "on": "run.services.getIamPolicy"})
    assert invoker_members(connection(cloud), REGION, name) is None
    cloud.admin("POST", "faults", {"effect": "deny", "on": "resourcemanager.projects.getIamPolicy"})
    assert project_invokers(connection(cloud)) is None
    with pytest.raises(CloudError) as caught:
        invoker_members(connection(cloud), REGION, "nothing")
    assert caught.value.kind == "missing"


def test_invokers_of_the_project(cloud: Clients) -> None:
    body = {"policy": {"bindings": [{"role": "roles/run.invoker", "members": [ROBOT]}]}}
    from google.auth.credentials import AnonymousCredentials
    from google.auth.transport.requests import AuthorizedSession

    with AuthorizedSession(AnonymousCredentials()) as session:
        url = f"{cloud.address}/v1/projects/demo-project:setIamPolicy"
        assert session.post(url, json=body).status_code == 200
        assert project_invokers(connection(cloud)) == frozenset({ROBOT})
        session.post(url, json={"policy": {}})
    assert project_invokers(connection(cloud)) == frozenset()


def test_a_cloud_that_is_away_for_ever_is_given_up(cloud: Clients) -> None:
    effect = {"effect": "error", "on": "Projects.GetIamPolicy", "status": "UNAVAILABLE", "times": 0}
    cloud.admin("POST", "faults", effect)
    with pytest.raises(CloudError, match=r"after \d tries") as caught:
        project_invokers(connection(cloud, 0.6))
    assert caught.value.kind == "unavailable"
