"""The discovery client: a second client of the same APIs, from Google's discovery documents."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient import discovery
from googleapiclient.errors import HttpError

from tests.emulator.clients import HELLO, PARENT, Clients

pytestmark = pytest.mark.slow


def api(cloud: Clients, name: str, version: str) -> Any:
    options = {"api_endpoint": f"{cloud.address}/"}
    return discovery.build(
        name, version, credentials=AnonymousCredentials(), static_discovery=True, client_options=options
    )


def test_a_service_is_created_and_read(cloud: Clients) -> None:
    with api(cloud, "run", "v2") as run:
        services, name = run.projects().locations().services(), f"d-{uuid.uuid4().hex[:6]}"
        body = {
            "template": {"containers": [{"image": HELLO, "env": [{"name": "A", "value": "1"}]}]},
            "labels": {"x": "y"},
        }
        operation = services.create(parent=PARENT, serviceId=name, body=body).execute()
        operations = run.projects().locations().operations()
        assert operations.wait(name=operation["name"], body={"timeout": "10s"}).execute()["done"]
        read = services.get(name=f"{PARENT}/services/{name}").execute()
        assert read["labels"] == {"x": "y"}
        assert read["terminalCondition"]["state"] == "CONDITION_SUCCEEDED"
        assert read["template"]["containers"][0]["env"] == [{"name": "A", "value": "1"}]
        with pytest.raises(HttpError) as refused:
            services.get(name=f"{PARENT}/services/absent").execute()
        assert refused.value.status_code == 404
        assert "absent" in refused.value.reason


def test_other_apis_answer_it_too(cloud: Clients) -> None:
    with api(cloud, "cloudfunctions", "v2") as functions:
        assert isinstance(
            functions.projects()
            .locations()
            .functions()
            .list(parent="projects/demo-project/locations/-")
            .execute(),
            dict,
        )
    with api(cloud, "logging", "v2") as logging:
        body = {"resourceNames": ["projects/demo-project"], "filter": "severity>=ERROR", "pageSize": 1}
        assert isinstance(logging.entries().list(body=body).execute(), dict)
    with api(cloud, "monitoring", "v3") as monitoring:
        assert isinstance(
            monitoring.projects().alertPolicies().list(name="projects/demo-project").execute(), dict
        )
    with api(cloud, "storage", "v1") as storage, pytest.raises(HttpError) as refused:
        storage.buckets().get(bucket="no-such-bucket").execute()
    assert refused.value.status_code == 404
    with api(cloud, "cloudresourcemanager", "v1") as projects:
        policy = projects.projects().getIamPolicy(resource="demo-project", body={}).execute()
    assert policy["etag"]
