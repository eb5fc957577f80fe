"""Revisions shipped without traffic, and traffic moved, on services that other tools made."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from google.cloud import run_v2

from deployguard.gcp.connection import Connection
from deployguard.gcp.shares import Tag, shares_of, tags_of
from deployguard.gcp.shipping import ShipRun, pin_traffic, remove_tag, set_traffic, ship_run
from deployguard.model.errors import CloudError
from tests.emulator.clients import HELLO, Clients, done
from tests.gcp.made import PARENT, PROJECT, REGION, Deaf, a_service, connection, ended, read, ready_of

pytestmark = pytest.mark.slow

BY_NAME = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION


def spec(name: str, serving: str, **more: Any) -> ShipRun:
    revision = f"{name}-{uuid.uuid4().hex[:6]}"
    return ShipRun(name, REGION, HELLO, **{"revision": revision, "tag": "dg-1", "serving": serving, **more})


def shares(cloud: Clients, name: str) -> dict[str, int]:
    return shares_of(read(cloud, name))


def test_a_new_revision_gets_its_tag_and_no_requests(cloud: Clients) -> None:
    name = a_service(cloud, OLD="kept", STAGE="old")
    first = ready_of(cloud, name)
    asked = spec(name, first, env={"STAGE": "new", "BUILD_COMMIT": "abc"}, labels={"commit-sha": "abc"})
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    found = read(cloud, name)
    assert shares_of(found) == {first: 100}
    assert found.latest_ready_revision.endswith(f"/{asked.revision}")
    assert all(target.type_ == BY_NAME for target in found.traffic)
    status, body = cloud.get(next(each.uri for each in found.traffic_statuses if each.tag == "dg-1"))
    assert (status, json.loads(body)["revision"]) == (200, asked.revision)
    assert json.loads(body) | {"OLD": "kept", "STAGE": "new", "BUILD_COMMIT": "abc"} == json.loads(body)
    assert found.labels["commit-sha"] == found.template.labels["commit-sha"] == "abc"
    assert json.loads(cloud.get(found.uri)[1])["revision"] == first


def everything() -> run_v2.Service:
    """A service with what a person sets by hand and this program does not manage."""
    container = run_v2.Container(image=HELLO)
    container.env = [
        run_v2.EnvVar(
            name="TOKEN", value_source={"secret_key_ref": {"secret": "a-token", "version": "latest"}}
        )
    ]
    container.resources.limits = {"memory": "1Gi", "cpu": "2"}
    container.resources.startup_cpu_boost = True
    container.volume_mounts = [run_v2.VolumeMount(name="keys", mount_path="/keys")]
    template = run_v2.RevisionTemplate(containers=[container], service_account="runner@x.invalid")
    template.scaling = run_v2.RevisionScaling(min_instance_count=1, max_instance_count=7)
    template.vpc_access = run_v2.VpcAccess(connector="projects/p/locations/r/connectors/c", egress=1)
    template.volumes = [
        run_v2.Volume(name="keys", secret={"secret": "a-key", "items": [{"path": "key", "version": "3"}]})
    ]
    template.annotations = {"team.example.com/owner": "data"}
    template.session_affinity = True
    ingress = run_v2.IngressTraffic.INGRESS_TRAFFIC_INTERNAL_ONLY
    return run_v2.Service(
        template=template, ingress=ingress, labels={"team": "data"}, annotations={"example.com/a": "b"}
    )


def test_what_people_set_by_hand_survives(cloud: Clients) -> None:
    for secret in ("a-token", "a-key"):
        cloud.admin("PUT", f"secrets/{secret}", b"hush")
    name = a_service(cloud, everything())
    before = read(cloud, name)
    asked = spec(name, ready_of(cloud, name), env={"NEW": "1"})
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    after = read(cloud, name)
    added = after.template.containers[0].env.pop()
    assert (added.name, added.value) == ("NEW", "1")
    after.template.revision = ""
    assert after.template == before.template
    assert after.ingress == before.ingress
    assert after.annotations == before.annotations
    assert dict(after.labels) == {"team": "data"}


def test_a_field_that_this_client_does_not_know_survives(cloud: Clients) -> None:
    name = a_service(cloud)
    raw = read(cloud, name)
    unknown = bytes([0xC2, 0xBB, 0x01, 0x05]) + b"later"  # field 3000, of a time to come
    raw.template.MergeFromString(unknown)
    request = run_v2.UpdateServiceRequest.pb()(service=raw)
    done(cloud.of(run_v2.ServicesClient).update_service(run_v2.UpdateServiceRequest.wrap(request)))
    assert b"later" in read(cloud, name).template.SerializeToString()
    ended(cloud, ship_run(connection(cloud), spec(name, ready_of(cloud, name), env={"NEW": "1"})))
    assert b"later" in read(cloud, name).template.SerializeToString()


def test_listed_settings_and_secrets_are_applied_and_the_rest_stays(cloud: Clients) -> None:
    for secret in ("a-token", "a-key"):
        cloud.admin("PUT", f"secrets/{secret}", b"hush")
    name = a_service(cloud, everything())
    asked = spec(
        name,
        ready_of(cloud, name),
        env={"TOKEN": "plain now"},
        secrets={"KEY": "a-key:2", "/keys/key": "a-key", "/other/file": "a-token:latest"},
        settings={"memory": "2Gi", "cpu": 1.0, "timeout": "9m", "ingress": "all", "max-instances": 3},
    )
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    found = read(cloud, name)
    container = found.template.containers[0]
    assert dict(container.resources.limits) == {"memory": "2Gi", "cpu": "1"}
    assert container.resources.startup_cpu_boost
    env = {variable.name: variable for variable in container.env}
    assert env["TOKEN"].value == "plain now"
    assert env["KEY"].value_source.secret_key_ref.version == "2"
    volumes = {
        each.name: (each.secret.secret, each.secret.items[0].version) for each in found.template.volumes
    }
    assert volumes == {"keys": ("a-key", "latest"), "a-token": ("a-token", "latest")}
    assert (found.template.timeout.seconds, found.ingress) == (540, 1)
    assert found.template.scaling.min_instance_count == 1
    assert found.template.scaling.max_instance_count == 3


def test_another_secret_in_a_folder_that_shows_one_is_refused(cloud: Clients) -> None:
    cloud.admin("PUT", "secrets/a-key", b"hush")
    cloud.admin("PUT", "secrets/a-token", b"hush")
    name = a_service(cloud, everything())
    with pytest.raises(CloudError, match="/keys shows the secret a-key"):
        ship_run(connection(cloud), spec(name, ready_of(cloud, name), secrets={"/keys/b": "other"}))


def test_the_first_revision_makes_a_service_that_nobody_may_call(cloud: Clients) -> None:
    name = f"s-{uuid.uuid4().hex[:8]}"
    asked = spec(name, "", labels={"team": "data"}, settings={"memory": "256Mi", "ingress": "internal"})
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    found = read(cloud, name)
    assert shares_of(found) == {asked.revision: 100}
    assert tags_of(found) == (Tag("dg-1", asked.revision),)
    assert (found.ingress, found.template.containers[0].resources.limits["memory"]) == (2, "256Mi")
    assert cloud.get(found.uri, token="")[0] == 403
    assert ended(cloud, set_traffic(connection(cloud), REGION, name, {asked.revision: 100})) == ""


def test_a_first_revision_that_failed_is_followed_by_another_try(cloud: Clients) -> None:
    name = f"s-{uuid.uuid4().hex[:8]}"
    cloud.admin("POST", "faults", {"effect": "not-ready", "on": f"*/services/{name}/revisions/*"})
    assert "did not listen" in ended(cloud, ship_run(connection(cloud), spec(name, "")))
    again = spec(name, "")
    assert ended(cloud, ship_run(connection(cloud), again)) == ""
    assert shares(cloud, name) == {again.revision: 100}


def test_shares_that_follow_the_latest_are_pinned_and_tags_of_others_stay(cloud: Clients) -> None:
    name = a_service(cloud)
    first, client = ready_of(cloud, name), cloud.of(run_v2.ServicesClient)
    service = client.get_service(name=f"{PARENT}/services/{name}")
    service.template.containers[0].env = [run_v2.EnvVar(name="STAGE", value="2")]
    service.traffic = [
        run_v2.TrafficTarget(type_=1, percent=60, tag="newest"),
        run_v2.TrafficTarget(type_=2, revision=first, percent=40),
        run_v2.TrafficTarget(type_=2, revision=first, tag="stable"),
    ]
    done(client.update_service(service=service))
    second = ready_of(cloud, name)
    ended(cloud, ship_run(connection(cloud), spec(name, second)))
    assert shares(cloud, name) == {first: 40, second: 60}
    assert {tag.name for tag in tags_of(read(cloud, name))} == {"newest", "stable", "dg-1"}


def test_asked_for_twice_it_makes_one_revision(cloud: Clients) -> None:
    name = a_service(cloud)
    asked = spec(name, ready_of(cloud, name), env={"STAGE": "new"})
    ended(cloud, ship_run(connection(cloud), asked))
    before = read(cloud, name)
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    assert read(cloud, name).generation == before.generation
    ended(cloud, remove_tag(connection(cloud), REGION, name, "dg-1"))
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    assert "dg-1" in {tag.name for tag in tags_of(read(cloud, name))}
    assert shares(cloud, name) == {asked.serving: 100}


def test_something_else_that_serves_is_no_base_to_ship_on(cloud: Clients) -> None:
    name = a_service(cloud)
    with pytest.raises(CloudError, match="plan again") as caught:
        ship_run(connection(cloud), spec(name, f"{name}-00000-old"))
    assert caught.value.kind == "refused"


class Meddled(Connection):
    """A connection on which somebody else changes the service after each of our first readings."""

    def client(self, kind: Any) -> Any:
        client = super().client(kind)
        return _Meddler(client, self) if kind is run_v2.ServicesClient else client


class _Meddler:
    def __init__(self, client: Any, to: Connection) -> None:
        self._client, self._to = client, to

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_service(self, request: Any, **options: Any) -> Any:
        service = self._client.get_service(name=request.service.name)
        names = [variable.name for variable in service.template.containers[0].env]
        if len(names) < 2:
            service.template.containers[0].env.append(run_v2.EnvVar(name=f"THEIRS_{len(names)}", value="x"))
            service.template.revision = ""
            done(self._client.update_service(service=service))
        return self._client.update_service(request, **options)


def test_a_change_by_somebody_else_in_between_is_kept(cloud: Clients) -> None:
    name = a_service(cloud)
    first = ready_of(cloud, name)
    ended(cloud, pin_traffic(connection(cloud), REGION, name))
    asked = spec(name, first, env={"STAGE": "new"})
    assert ended(cloud, ship_run(Meddled(PROJECT, cloud.address), asked)) == ""
    found = read(cloud, name)
    names = {variable.name for variable in found.template.containers[0].env}
    assert names == {"THEIRS_0", "THEIRS_1", "STAGE"}
    assert shares_of(found) == {first: 100}


def test_quota_and_absence_are_waited_out_then_given_up(cloud: Clients) -> None:
    name = a_service(cloud)
    first = ready_of(cloud, name)
    fault = {"effect": "error", "on": "Services.UpdateService", "status": "RESOURCE_EXHAUSTED", "times": 2}
    cloud.admin("POST", "faults", fault)
    assert ended(cloud, ship_run(connection(cloud), spec(name, first))) == ""
    cloud.admin("POST", "faults", fault | {"times": 0})
    with pytest.raises(CloudError, match=r"after \d tries") as caught:
        ship_run(connection(cloud, 0.6), spec(name, first, env={"A": "b"}))
    assert caught.value.kind == "quota"


def test_an_etag_that_is_stale_for_ever_is_a_conflict(cloud: Clients) -> None:
    name = a_service(cloud)
    cloud.admin(
        "POST", "faults", {"effect": "error", "on": "Services.UpdateService", "status": "ABORTED", "times": 0}
    )
    with pytest.raises(CloudError) as caught:
        set_traffic(connection(cloud, 0.5), REGION, name, {ready_of(cloud, name): 100})
    assert caught.value.kind == "conflict"


def revisions(cloud: Clients, name: str) -> list[str]:
    found = cloud.of(run_v2.RevisionsClient).list_revisions(parent=f"{PARENT}/services/{name}")
    return [each.name.rpartition("/")[2] for each in found]


def test_a_connection_that_breaks_leads_to_one_revision(cloud: Clients) -> None:
    name = a_service(cloud)
    cloud.admin("POST", "faults", {"effect": "drop", "on": "Services.UpdateService"})
    asked = spec(name, ready_of(cloud, name), env={"STAGE": "new"})
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    assert len(revisions(cloud, name)) == 2


def test_an_answer_that_nobody_hears_leads_to_one_revision(cloud: Clients) -> None:
    name = a_service(cloud)
    asked = spec(name, ready_of(cloud, name), env={"STAGE": "new"})
    assert ended(cloud, ship_run(Deaf(PROJECT, cloud.address), asked)) == ""
    assert set(revisions(cloud, name)) == {asked.serving, asked.revision}
    assert shares(cloud, name) == {asked.serving: 100}
    assert ended(cloud, set_traffic(Deaf(PROJECT, cloud.address), REGION, name, {asked.revision: 100})) == ""
    assert shares(cloud, name) == {asked.revision: 100}


def test_a_creation_that_nobody_hears_of_leads_to_one_service(cloud: Clients) -> None:
    name = f"s-{uuid.uuid4().hex[:8]}"
    asked = spec(name, "")
    assert ended(cloud, ship_run(Deaf(PROJECT, cloud.address), asked)) == ""
    assert revisions(cloud, name) == [asked.revision]
    assert shares(cloud, name) == {asked.revision: 100}


def test_a_revision_that_never_becomes_ready_moves_no_traffic(cloud: Clients) -> None:
    name = a_service(cloud)
    first = ready_of(cloud, name)
    asked = spec(name, first, env={"STAGE": "new"})
    cloud.admin("POST", "faults", {"effect": "not-ready", "on": f"*/{asked.revision}"})
    assert "did not listen" in ended(cloud, ship_run(connection(cloud), asked))
    assert shares(cloud, name) == {first: 100}
    # the tag that never came into force stands in nobody's way
    assert ended(cloud, remove_tag(connection(cloud), REGION, name, "dg-1")) == ""
    assert [target.tag for target in read(cloud, name).traffic] == [""]


def test_a_revision_that_failed_does_not_stand_in_the_way_of_a_rollback(cloud: Clients) -> None:
    name = a_service(cloud)
    first = ready_of(cloud, name)
    asked = spec(name, first, env={"STAGE": "new"})
    cloud.admin("POST", "faults", {"effect": "not-ready", "on": f"*/{asked.revision}"})
    ended(cloud, ship_run(connection(cloud), asked))
    assert ended(cloud, set_traffic(connection(cloud), REGION, name, {first: 100})) == ""
    assert ended(cloud, ship_run(connection(cloud), spec(name, first, env={"STAGE": "newer"}))) == ""


def test_a_tag_that_another_revision_has_moves_to_the_new_one(cloud: Clients) -> None:
    name = a_service(cloud)
    first = ready_of(cloud, name)
    ended(cloud, set_traffic(connection(cloud), REGION, name, {first: 100}, {"dg-1": first}))
    asked = spec(name, first, env={"STAGE": "new"})
    ended(cloud, ship_run(connection(cloud), asked))
    assert tags_of(read(cloud, name)) == (Tag("dg-1", asked.revision),)
    ended(cloud, set_traffic(connection(cloud), REGION, name, {first: 100}, {"dg-1": first}))
    ended(cloud, ship_run(connection(cloud), asked))
    assert tags_of(read(cloud, name)) == (Tag("dg-1", asked.revision),)


def test_a_revision_without_a_tag(cloud: Clients) -> None:
    name = a_service(cloud)
    asked = spec(name, ready_of(cloud, name), env={"STAGE": "new"}, tag="")
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    assert ended(cloud, ship_run(connection(cloud), asked)) == ""
    assert tags_of(read(cloud, name)) == ()
    assert shares(cloud, name) == {asked.serving: 100}


def test_traffic_in_steps_and_back(cloud: Clients) -> None:
    name = a_service(cloud)
    first = ready_of(cloud, name)
    asked = spec(name, first, env={"STAGE": "new"})
    ended(cloud, ship_run(connection(cloud), asked))
    generation = read(cloud, name).latest_created_revision
    for step in ({first: 90, asked.revision: 10}, {asked.revision: 100, first: 0}, {first: 100}):
        assert ended(cloud, set_traffic(connection(cloud), REGION, name, step)) == ""
        assert shares(cloud, name) == {revision: percent for revision, percent in step.items() if percent}
    assert read(cloud, name).latest_created_revision == generation
    assert ended(cloud, remove_tag(connection(cloud), REGION, name, "dg-1")) == ""
    assert tags_of(read(cloud, name)) == ()
    assert remove_tag(connection(cloud), REGION, name, "dg-1") == ""


def test_what_is_not_there_is_missing(cloud: Clients) -> None:
    name = a_service(cloud)
    for service, revision in (("nothing", "x"), (name, f"{name}-nothing")):
        with pytest.raises(CloudError) as caught:
            set_traffic(connection(cloud), REGION, service, {revision: 100})
        assert caught.value.kind == "missing"


def test_the_missing_permission_is_named(cloud: Clients) -> None:
    name = a_service(cloud)
    cloud.admin("POST", "faults", {"effect": "deny", "on": "run.services.update"})
    with pytest.raises(CloudError) as caught:
        ship_run(connection(cloud), spec(name, ready_of(cloud, name)))
    assert (caught.value.kind, caught.value.permission) == ("permission", "run.services.update")
