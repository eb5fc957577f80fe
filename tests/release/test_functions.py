"""Second-generation functions, whose API knows no revision without traffic, get the same guarantees."""

from __future__ import annotations

import pytest
from google.cloud import run_v2

from deployguard.gcp.invokers import invoker_members
from tests.release.shop import CONFIGURATION, REGION, Shop
from tests.release.test_deploy import is_clean

pytestmark = pytest.mark.slow
HTTP = """
import os
import functions_framework

@functions_framework.http
def serve(request):
    return {{"service": "{name}", "version": "{version}"}}
"""
EVENT = """
import functions_framework

@functions_framework.cloud_event
def serve(event):
    print("got", "{version}")
"""
TABLE = """
[services.{name}]
kind = "function"
source = "{name}"
entry-point = "serve"
{more}
"""
ACCOUNT = "push@demo-project.iam.gserviceaccount.com"
TOPIC = f'trigger = {{ topic = "orders-complete", service-account = "{ACCOUNT}" }}'


def function(shop: Shop, text: str, version: str, more: str) -> str:
    head = CONFIGURATION.format(bucket=shop.bucket, endpoint=shop.cloud.address)
    shop.write("deployguard.toml", head + TABLE.format(name=shop.name, more=more))
    shop.write(f"{shop.name}/requirements.txt", "functions-framework==3.*\n")
    shop.write(f"{shop.name}/main.py", text.format(name=shop.name, version=version))
    return shop.done(f"Version {version}")


def path(shop: Shop) -> str:
    return f"projects/demo-project/locations/{REGION}/services/{shop.name}"


def test_a_function_is_shipped_and_a_broken_one_is_not(shop: Shop) -> None:
    more = f'identity = {{ path = "/", json = {{ service = "{shop.name}" }} }}'
    function(shop, HTTP, "1", more)
    said = shop.deploy()
    assert said.code == 0, said
    assert is_clean(shop)
    commit = function(shop, HTTP, "2", more)
    said = shop.deploy()
    assert said.code == 0, said
    assert shop.answer()["version"] == "2"
    assert shop.live().serving[0].stamp.commit == commit
    second = shop.live().serving[0].name
    function(shop, HTTP.replace("{name}", "bills"), "3", more)
    said = shop.deploy()
    assert said.code == 1, said
    assert "its answer has service = 'bills'" in said.out
    assert is_clean(shop)
    assert (shop.live().serving[0].name, shop.answer()["version"]) == (second, "2")


def test_an_event_function_needs_its_invoker(shop: Shop) -> None:
    function(shop, EVENT, "1", TOPIC)
    said = shop.deploy()
    assert said.code == 1, said
    assert f"gcloud run services add-iam-policy-binding {shop.name} --region={REGION}" in said.out
    said = shop.deploy("--fix-iam")
    assert said.code == 0, said
    shop.cloud.of(run_v2.ServicesClient).set_iam_policy(request={"resource": path(shop), "policy": {}})
    said = shop.deploy()
    assert (said.code, "serves this already" in said.out, ACCOUNT in said.out) == (0, True, False), said
    said = shop.deploy("--fix-iam")
    assert (said.code, f"invoker: serviceAccount:{ACCOUNT} on the service" in said.out) == (0, True), said
    assert [one.action for one in shop.releases()][-1] == "fix-iam"
    assert f"serviceAccount:{ACCOUNT}" in (invoker_members(shop.connection, REGION, shop.name) or ())
    function(shop, EVENT, "2", TOPIC)
    said = shop.deploy()
    assert said.code == 0, said
    assert "called by events only" in said.out
    assert is_clean(shop)
