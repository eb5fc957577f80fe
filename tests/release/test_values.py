"""Values of variables: a change of one is planned, shipped and noticed, and no value is ever shown or kept."""

from __future__ import annotations

import pytest
from google.cloud import run_v2

from tests.emulator.clients import done
from tests.release.shop import REGION, Shop

ENFORCED = 'settings = {{ env = {{ STAGE = "{}" }} }}\nenforce = ["env"]'
SECRET = ("hush-one", "hush-two", "hush-three")
pytestmark = pytest.mark.slow


def by_hand(shop: Shop, name: str, value: str, *, moves_traffic: bool) -> None:
    """Set a variable as the console does, which moves the traffic where it follows the latest revision."""
    client = shop.cloud.of(run_v2.ServicesClient)
    service = client.get_service(name=f"projects/demo-project/locations/{REGION}/services/{shop.name}")
    env = service.template.containers[0].env
    known = next((variable for variable in env if variable.name == name), None)
    if known is None:
        env.append(run_v2.EnvVar(name=name, value=value))
    else:
        known.value = value
    service.template.revision = ""
    if moves_traffic:
        service.traffic = []
    done(client.update_service(service=service))


def value_of(shop: Shop, name: str) -> str:
    client = shop.cloud.of(run_v2.RevisionsClient)
    serving = shop.live().serving[0].name
    at = f"projects/demo-project/locations/{REGION}/services/{shop.name}/revisions/{serving}"
    env = client.get_revision(name=at).containers[0].env
    return next(str(variable.value) for variable in env if variable.name == name)


def kept(shop: Shop) -> str:
    """All that lies in the bucket, but for the sources."""
    names = [name for name in shop.objects.list("") if not name.startswith("sources/")]
    found = [shop.objects.get(name) for name in names]
    return "\n".join(f"{one.content.decode()} {one.metadata}" for one in found if one is not None)


def test_a_value_that_changes_alone_is_planned_shipped_and_noticed(shop: Shop) -> None:
    shop.commit(more=ENFORCED.format("hush-one"))
    said = [shop.deploy()]
    assert said[-1].code == 0, said
    said.append(shop.run("plan", shop.name))
    assert "is unchanged" in said[-1].out, said
    shop.commit(more=ENFORCED.format("hush-two"))
    said.append(shop.run("plan", shop.name))
    assert "env STAGE: value changes" in said[-1].out, said
    said.append(shop.run("drift", shop.name))
    assert (said[-1].code, "stale" in said[-1].out, "~STAGE" in said[-1].out) == (1, True, True), said
    said.append(shop.run("deploy", "--stale", "--no-smoke"))
    assert (said[-1].code, value_of(shop, "STAGE")) == (0, "hush-two"), said
    said.append(shop.run("drift", shop.name))
    assert said[-1].code == 0, said
    by_hand(shop, "STAGE", "hush-three", moves_traffic=True)
    said.append(shop.run("drift", shop.name))
    assert (said[-1].code, "modified" in said[-1].out, "~STAGE" in said[-1].out) == (1, True, True), said
    said.append(shop.deploy())
    assert (said[-1].code, value_of(shop, "STAGE")) == (0, "hush-two"), said
    everything = kept(shop) + "".join(one.out + one.err for one in said)
    assert not [value for value in (*SECRET, shop.live().uid) if value in everything]


def test_what_was_set_meanwhile_and_never_served_is_planned_with_the_rest(shop: Shop) -> None:
    shop.commit(more='settings = { env = { STAGE = "hush-one" } }')
    assert shop.deploy().code == 0
    by_hand(shop, "STAGE", "hush-two", moves_traffic=False)
    by_hand(shop, "DEBUG", "1", moves_traffic=False)
    found = shop.run("drift", shop.name)
    assert (found.code, "not-serving" in found.out, "+DEBUG ~STAGE" in found.out) == (1, True, True), found
    planned = shop.run("plan", shop.name)
    assert "as it was set meanwhile: +DEBUG ~STAGE" in planned.out, planned
    assert "env STAGE: the service has another value than the configuration, and keeps it" in planned.out
    said = shop.deploy()
    assert (said.code, value_of(shop, "STAGE"), value_of(shop, "DEBUG")) == (0, "hush-two", "1"), said
    found = shop.run("drift", shop.name)
    assert found.code == 0, found


def test_a_variable_that_an_undone_release_left_does_not_stop_the_next(shop: Shop) -> None:
    shop.commit()
    assert shop.deploy().code == 0
    shop.commit(more='settings = { env = { STAGE = "hush-one" } }')
    shop.version("2", identity="somebody-else")
    assert shop.deploy().code == 1
    shop.commit(**{shop.name: "3"})
    said = shop.deploy()
    assert said.code == 0, said
    assert shop.answer()["version"] == "3"
