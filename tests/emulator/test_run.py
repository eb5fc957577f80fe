"""Cloud Run Admin API v2 through the stock clients, over gRPC and REST."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import run_v2

from tests.emulator.clients import HELLO, PARENT, Clients, done

pytestmark = pytest.mark.slow
LATEST = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
BY_NAME = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
State = run_v2.Condition.State


@pytest.fixture(params=["grpc", "rest"])
def services(cloud: Clients, request: pytest.FixtureRequest) -> Any:
    return cloud.of(run_v2.ServicesClient, request.param)


@pytest.fixture
def revisions(cloud: Clients) -> Any:
    return cloud.of(run_v2.RevisionsClient)


def service_with(image: str = HELLO, **env: str) -> run_v2.Service:
    variables = [run_v2.EnvVar(name=name, value=value) for name, value in env.items()]
    return run_v2.Service(template={"containers": [{"image": image, "env": variables}]})


def create(services: Any, service: run_v2.Service | None = None, prefix: str = "svc") -> run_v2.Service:
    name = f"{prefix}-{uuid.uuid4().hex[:8]}"
    return done(services.create_service(parent=PARENT, service=service or service_with(), service_id=name))


def test_a_created_service_is_ready_and_says_where_it_is(services: Any) -> None:
    made = create(services, run_v2.Service(service_with(A="1"), labels={"commit-sha": "0" * 40}))
    read = services.get_service(name=made.name)
    assert read.labels["commit-sha"] == "0" * 40
    assert read.terminal_condition.state == State.CONDITION_SUCCEEDED
    assert read.generation == read.observed_generation == 1
    assert not read.reconciling
    assert read.latest_ready_revision == read.latest_created_revision
    assert [(one.type_, one.percent) for one in read.traffic_statuses] == [(LATEST, 100)]
    assert read.template.containers[0].resources.limits["memory"] == "512Mi"
    assert read.uri.startswith("http")


def test_an_operation_is_not_done_at_once(services: Any) -> None:
    operation = services.create_service(
        parent=PARENT, service=service_with(), service_id=f"s-{uuid.uuid4().hex[:6]}"
    )
    assert not operation.operation.done
    assert services.get_service(name=operation.metadata.name).reconciling
    assert not done(operation).reconciling


def test_a_changed_template_makes_a_revision_and_a_label_does_not(services: Any, revisions: Any) -> None:
    made = create(services)
    made.labels["team"] = "data"
    labelled = done(services.update_service(service=made))
    assert labelled.latest_created_revision == made.latest_created_revision
    assert labelled.generation == 2
    labelled.template.containers[0].env = [run_v2.EnvVar(name="B", value="2")]
    changed = done(services.update_service(service=labelled))
    assert changed.latest_ready_revision != made.latest_ready_revision
    listed = [one.name for one in revisions.list_revisions(parent=made.name)]
    assert listed == [changed.latest_ready_revision, made.latest_ready_revision]
    assert revisions.get_revision(name=changed.latest_ready_revision).containers[0].env[0].value == "2"


def test_a_mask_changes_only_what_it_names(services: Any) -> None:
    made = create(services, run_v2.Service(service_with(KEEP="1"), labels={"a": "1"}))
    given = run_v2.Service(name=made.name, labels={"a": "2"})
    changed = done(services.update_service(request={"service": given, "update_mask": {"paths": ["labels"]}}))
    assert dict(changed.labels) == {"a": "2"}
    assert changed.template.containers[0].env[0].name == "KEEP"
    with pytest.raises(exceptions.BadRequest, match="no field"):
        services.update_service(request={"service": given, "update_mask": {"paths": ["nothing"]}})


def test_a_stale_etag_is_refused(services: Any) -> None:
    made = create(services)
    stale = run_v2.Service(made)
    made.labels["x"] = "1"
    done(services.update_service(service=made))
    stale.labels["x"] = "2"
    with pytest.raises((exceptions.Aborted, exceptions.Conflict)):
        services.update_service(service=stale)


def test_names_and_labels_are_checked(services: Any) -> None:
    with pytest.raises(exceptions.BadRequest):
        services.create_service(parent=PARENT, service=service_with(), service_id="Upper")
    bad = run_v2.Service(service_with(), labels={"sha": "a" * 64})
    with pytest.raises(exceptions.BadRequest, match="63"):
        services.create_service(parent=PARENT, service=bad, service_id="labels")
    with pytest.raises(exceptions.BadRequest, match="reserved"):
        services.create_service(parent=PARENT, service=service_with(PORT="1"), service_id="env")
    made = create(services)
    with pytest.raises(
        exceptions.AlreadyExists if "Grpc" in type(services.transport).__name__ else exceptions.Conflict
    ):
        services.create_service(
            parent=PARENT, service=service_with(), service_id=made.name.rpartition("/")[2]
        )
    with pytest.raises(exceptions.NotFound):
        services.get_service(name=f"{PARENT}/services/absent")


def test_listing_goes_by_pages(services: Any) -> None:
    parent = f"projects/p{uuid.uuid4().hex[:6]}/locations/us-west2"
    pending = [
        services.create_service(parent=parent, service=service_with(), service_id=f"s{number}")
        for number in range(5)
    ]
    for operation in pending:
        done(operation)
    pages = services.list_services(request={"parent": parent, "page_size": 2}).pages
    assert [len(page.services) for page in pages] == [2, 2, 1]
    for token in ("made up!", "é"):
        with pytest.raises(exceptions.BadRequest, match="page token"):
            services.list_services(request={"parent": parent, "page_token": token})
    with pytest.raises(exceptions.BadRequest, match="wildcard"):
        services.list_services(parent="projects/p/locations/-")


def test_a_revision_that_fails_leaves_the_traffic_where_it_was(
    services: Any, revisions: Any, cloud: Clients
) -> None:
    made = create(services)
    good = made.latest_ready_revision
    made.template.containers[0].image = "us-docker.pkg.dev/demo-project/none/none:1"
    with pytest.raises(exceptions.GoogleAPICallError, match="not found"):
        done(services.update_service(service=made))
    read = services.get_service(name=made.name)
    assert read.terminal_condition.state == State.CONDITION_FAILED
    assert read.latest_ready_revision == good != read.latest_created_revision
    assert read.observed_generation < read.generation
    assert not read.reconciling
    failed = revisions.get_revision(name=read.latest_created_revision)
    assert failed.conditions[0].state == State.CONDITION_FAILED
    assert json.loads(cloud.get(read.uri)[1])["revision"] == good.rpartition("/")[2]
    # a rollback by name must still be possible
    read.traffic = [run_v2.TrafficTarget(type_=BY_NAME, revision=good.rpartition("/")[2], percent=100)]
    back = done(services.update_service(service=read))
    assert back.traffic_statuses[0].revision == good.rpartition("/")[2]


def test_a_revision_is_named_and_its_name_is_used_once(services: Any) -> None:
    made = create(services)
    short = made.name.rpartition("/")[2]
    made.template.revision = f"{short}-r1"
    named = done(services.update_service(service=made))
    assert named.latest_ready_revision.endswith(f"{short}-r1")
    named.template.containers[0].env = [run_v2.EnvVar(name="C", value="3")]
    with pytest.raises((exceptions.AlreadyExists, exceptions.Conflict), match="different configuration"):
        services.update_service(service=named)
    named.template.revision = "other-r2"
    with pytest.raises(exceptions.BadRequest, match="must start with"):
        services.update_service(service=named)


def test_traffic_goes_by_split_and_by_tag(services: Any, cloud: Clients) -> None:
    made = create(services, service_with(V="1"))
    old = made.latest_ready_revision.rpartition("/")[2]
    made.traffic = [run_v2.TrafficTarget(type_=BY_NAME, revision=old, percent=100)]
    made.template.containers[0].env[0].value = "2"
    made = done(services.update_service(service=made))
    new = made.latest_ready_revision.rpartition("/")[2]
    assert {json.loads(cloud.get(made.uri)[1])["V"] for _ in range(10)} == {"1"}
    made.traffic = [
        run_v2.TrafficTarget(type_=BY_NAME, revision=old, percent=50),
        run_v2.TrafficTarget(type_=BY_NAME, revision=new, percent=50, tag="new"),
    ]
    made = done(services.update_service(service=made))
    tagged = next(one for one in made.traffic_statuses if one.tag == "new")
    assert json.loads(cloud.get(f"{tagged.uri}/health")[1])["V"] == "2"
    seen = Counter(json.loads(cloud.get(made.uri)[1])["V"] for _ in range(60))
    assert 10 < seen["1"] < 50


@pytest.mark.parametrize(
    "traffic",
    [
        [{"type_": LATEST, "percent": 90}],
        [{"type_": BY_NAME, "revision": "absent", "percent": 100}],
        [{"type_": LATEST, "percent": 100, "tag": "Bad_Tag"}],
        [{"type_": LATEST, "percent": 100, "tag": "a" * 45}],
    ],
)
def test_traffic_that_cannot_be_is_refused(services: Any, traffic: list[Any]) -> None:
    made = create(services)
    made.traffic = [run_v2.TrafficTarget(one) for one in traffic]
    with pytest.raises((exceptions.BadRequest, exceptions.NotFound)):
        services.update_service(service=made)


def test_a_policy_decides_who_may_call(services: Any, cloud: Clients) -> None:
    made = create(services)
    assert cloud.get(made.uri, token="")[0] == 403
    assert cloud.get(made.uri, token="push@demo-project.iam.gserviceaccount.com")[0] == 403
    policy = services.get_iam_policy(request={"resource": made.name})
    policy.bindings.add(
        role="roles/run.invoker", members=["serviceAccount:push@demo-project.iam.gserviceaccount.com"]
    )
    services.set_iam_policy(request={"resource": made.name, "policy": policy})
    assert cloud.get(made.uri, token="push@demo-project.iam.gserviceaccount.com")[0] == 200
    assert cloud.get(made.uri, token="")[0] == 403
    with pytest.raises((exceptions.Aborted, exceptions.Conflict)):
        services.set_iam_policy(request={"resource": made.name, "policy": policy})
    held = services.test_iam_permissions(request={"resource": made.name, "permissions": ["run.services.get"]})
    assert list(held.permissions) == ["run.services.get"]


def test_deleting_takes_the_revisions_along(services: Any, revisions: Any) -> None:
    made = create(services)
    with pytest.raises(exceptions.BadRequest):
        revisions.delete_revision(name=made.latest_ready_revision)
    done(services.delete_service(name=made.name))
    with pytest.raises(exceptions.NotFound):
        services.get_service(name=made.name)
    assert not list(revisions.list_revisions(parent=made.name))


def test_faults_strike_when_they_are_asked_to(services: Any, cloud: Clients) -> None:
    made = create(services)
    cloud.admin("POST", "faults", {"effect": "deny", "on": "run.services.get", "times": 1})
    with pytest.raises((exceptions.PermissionDenied, exceptions.Forbidden), match=r"run\.services\.get"):
        services.get_service(name=made.name, retry=None)
    cloud.admin(
        "POST",
        "faults",
        {"effect": "error", "on": "Services.GetService", "nth": 2, "status": "RESOURCE_EXHAUSTED"},
    )
    services.get_service(name=made.name, retry=None)
    with pytest.raises(exceptions.TooManyRequests):
        services.get_service(name=made.name, retry=None)
    services.get_service(name=made.name, retry=None)
    cloud.admin("POST", "faults", {"effect": "stuck", "on": "UpdateService"})
    made.labels["x"] = "1"
    operation = services.update_service(service=made)
    with pytest.raises(Exception, match=r"(?i)time|complete"):
        operation.result(timeout=1)


def test_a_revision_that_never_listens_is_a_fault_too(services: Any, cloud: Clients) -> None:
    made = create(services)
    cloud.admin("POST", "faults", {"effect": "not-ready", "on": f"{made.name}/*"})
    made.template.containers[0].env = [run_v2.EnvVar(name="D", value="4")]
    with pytest.raises(exceptions.GoogleAPICallError, match="not ready"):
        done(services.update_service(service=made))


def test_a_secret_is_kept_as_a_reference(services: Any) -> None:
    selector = {"secret_key_ref": {"secret": "api-key", "version": "latest"}}
    env = [run_v2.EnvVar(name="KEY", value_source=selector)]
    made = create(services, run_v2.Service(template={"containers": [{"image": HELLO, "env": env}]}))
    assert made.template.containers[0].env[0].value_source.secret_key_ref.secret == "api-key"


def test_what_is_only_validated_is_not_done(services: Any) -> None:
    name = f"v-{uuid.uuid4().hex[:6]}"
    asked = {"parent": PARENT, "service": service_with(), "service_id": name, "validate_only": True}
    assert done(services.create_service(request=asked)).name == f"{PARENT}/services/{name}"
    with pytest.raises(exceptions.NotFound):
        services.get_service(name=f"{PARENT}/services/{name}")
    made = create(services)
    done(services.delete_service(request={"name": made.name, "validate_only": True}))
    assert not services.get_service(name=made.name).reconciling
