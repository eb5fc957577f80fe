"""Functions: what lies under them, their state, and who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import functions_v2

from tests.drift.site import REGION, Site
from tests.emulator.clients import done
from tests.emulator.functions import HTTP_MAIN, zipped

pytestmark = pytest.mark.slow
CONFIGURATION = """\
[project]
id = "{project}"
region = "us-west2"

[services.count-orders]
kind = "function"
source = "functions/orders"
entry-point = "serve"
"""
NAME = "count-orders"


@pytest.fixture
def functions(site: Site) -> Any:
    site.write(
        "Functions",
        {
            "deployguard.toml": CONFIGURATION.format(project=site.project),
            "functions/orders/main.py": HTTP_MAIN,
            "functions/orders/requirements.txt": "functions-framework\n",
        },
    )
    return site.cloud.of(functions_v2.FunctionServiceClient)


def deploy(site: Site, client: Any, commit: str, name: str = NAME, content: str = HTTP_MAIN) -> Any:
    parent = f"projects/{site.project}/locations/{REGION}"
    given = client.generate_upload_url(request={"parent": parent})
    site.put(given.upload_url, zipped({"main.py": content}))
    build = {
        "runtime": "python311",
        "entry_point": "serve",
        "source": {"storage_source": given.storage_source},
    }
    function = functions_v2.Function(
        build_config=build,
        service_config={"environment_variables": {"BUILD_COMMIT": commit}},
        labels={"commit-sha": commit},
    )
    try:
        existing = client.get_function(name=f"{parent}/functions/{name}")
    except exceptions.NotFound:
        return done(client.create_function(parent=parent, function=function, function_id=name))
    function.name = existing.name
    return done(client.update_function(function=function))


def test_a_function_is_judged_by_the_service_under_it(site: Site, functions: Any) -> None:
    deploy(site, functions, site.head)
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (0, {NAME: "current"})
    assert f"asked us-west2 of {site.project} (2 calls)" in ran.value["notes"]
    assert ran.service(NAME)["serving"]["commit"] == site.head
    site.commit("Count", functions__orders__main_py=f"{HTTP_MAIN}\n# more\n")
    assert site.drift().verdicts == {NAME: "stale"}
    deploy(site, functions, site.head)
    assert site.drift().verdicts == {NAME: "current"}


def test_a_name_that_google_would_not_take_means_the_one_with_hyphens(site: Site, functions: Any) -> None:
    deploy(site, functions, site.head)
    text = (site.folder / "deployguard.toml").read_text()
    site.commit("Name it like its folder", deployguard_toml=text.replace(NAME, "count_orders"))
    assert site.drift().verdicts == {"count_orders": "equivalent"}


def test_a_failed_build_is_failed_and_what_was_there_serves(site: Site, functions: Any) -> None:
    deploy(site, functions, site.head)
    with pytest.raises(exceptions.GoogleAPICallError):
        deploy(site, functions, site.head, content="def broken(:\n")
    ran = site.drift()
    one = ran.service(NAME)
    assert (ran.code, one["verdict"]) == (1, "failed")
    assert "what was there before still serves" in one["reason"]
    assert one["serving"]["commit"] == site.head


def test_a_function_whose_only_build_failed_serves_nothing(site: Site, functions: Any) -> None:
    with pytest.raises(exceptions.GoogleAPICallError):
        deploy(site, functions, site.head, content="def broken(:\n")
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (1, {NAME: "failed"})
    assert "nothing serves" in ran.service(NAME)["reason"]


def test_functions_that_may_not_be_listed_are_unknown(site: Site, functions: Any) -> None:
    deploy(site, functions, site.head)
    site.fault(effect="deny", on="cloudfunctions.functions.list")
    ran = site.drift()
    assert (ran.code, ran.verdicts) == (2, {NAME: "unknown"})
    assert "cloudfunctions.functions.list" in ran.service(NAME)["reason"]
    assert any("current" in detail for detail in ran.service(NAME)["details"])


def test_an_unconfigured_function_is_named_as_one(site: Site, functions: Any) -> None:
    deploy(site, functions, site.head)
    deploy(site, functions, site.head, name="left-over")
    one = site.drift().service("left-over")
    assert (one["kind"], one["verdict"]) == ("function", "unmanaged")
