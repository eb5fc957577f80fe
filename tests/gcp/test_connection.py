"""Which cloud is meant, and how long it is waited for."""

from __future__ import annotations

import pytest
from google.cloud import run_v2

from deployguard.gcp.connection import Connection, connect
from deployguard.model.errors import UsageError
from deployguard.model.service import Project

LOCAL = "http://127.0.0.1:8085"


def project(**table: object) -> Project:
    return Project("deployguard.toml", (), {"project": table})


def test_production_is_waited_for_longer_than_a_local_cloud() -> None:
    real, local = connect(project(id="p"), {}), connect(project(id="p", endpoint=f"{LOCAL}/"), {})
    assert (real.endpoint, local.endpoint) == ("", LOCAL)
    assert real.patience > local.patience > 0


def test_the_environment_goes_before_the_configuration() -> None:
    environment = {"DEPLOYGUARD_ENDPOINT": LOCAL, "DEPLOYGUARD_IMPERSONATE": "robot@p.invalid"}
    found = connect(project(id="p", endpoint="http://other.invalid"), environment)
    assert (found.endpoint, found.impersonate) == (LOCAL, "robot@p.invalid")


def test_no_project_is_a_wrong_use() -> None:
    with pytest.raises(UsageError, match="`id`"):
        connect(project(), {})


def test_a_client_is_made_once() -> None:
    one = Connection("p", LOCAL)
    assert one.client(run_v2.ServicesClient) is one.client(run_v2.ServicesClient)
    assert one.client(run_v2.RevisionsClient) is not one.client(run_v2.ServicesClient)
