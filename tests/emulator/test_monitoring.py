"""Alert policies and notification channels through the stock clients: what is taken, and what is refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import monitoring_v3

from tests.emulator.clients import Clients

pytestmark = pytest.mark.slow
LOG_MATCH = {
    "display_name": "errors",
    "condition_matched_log": {"filter": 'resource.type="cloud_run_revision" severity>=ERROR'},
}
METRIC = {
    "display_name": "5xx",
    "condition_threshold": {
        "filter": 'resource.type = "cloud_run_revision" AND metric.type = "run.googleapis.com/request_count"',
        "comparison": "COMPARISON_GT",
        "threshold_value": 1,
        "duration": {"seconds": 60},
    },
}
LIMIT = {"notification_rate_limit": {"period": {"seconds": 1800}}, "auto_close": {"seconds": 3600}}


def policy(condition: dict[str, Any], strategy: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    given = {"display_name": "Errors", "combiner": "OR", "conditions": [condition], **more}
    return given | ({"alert_strategy": strategy} if strategy else {})


@pytest.fixture
def project() -> str:
    return f"projects/p-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def policies(cloud: Clients) -> Any:
    return cloud.of(monitoring_v3.AlertPolicyServiceClient)


@pytest.fixture
def channels(cloud: Clients) -> Any:
    return cloud.of(monitoring_v3.NotificationChannelServiceClient)


def test_a_policy_is_made_found_changed_and_dropped(policies: Any, channels: Any, project: str) -> None:
    channel = channels.create_notification_channel(
        name=project,
        notification_channel={
            "type": "email",
            "display_name": "Team",
            "labels": {"email_address": "a@b.invalid"},
        },
    )
    assert channel.verification_status == monitoring_v3.NotificationChannel.VerificationStatus.UNVERIFIED
    given = policy(
        LOG_MATCH, LIMIT, user_labels={"managed-by": "deployguard"}, notification_channels=[channel.name]
    )
    made = policies.create_alert_policy(name=project, alert_policy=given)
    assert made.enabled
    assert made.conditions[0].name.startswith(f"{made.name}/conditions/")
    found = list(
        policies.list_alert_policies(
            request={"name": project, "filter": 'user_labels.managed-by="deployguard"'}
        )
    )
    assert [one.name for one in found] == [made.name]
    assert not list(policies.list_alert_policies(request={"name": project, "filter": 'display_name="Other"'}))
    made.display_name = "Renamed"
    changed = policies.update_alert_policy(alert_policy=made, update_mask={"paths": ["display_name"]})
    assert changed.display_name == "Renamed"
    with pytest.raises(exceptions.FailedPrecondition):
        channels.delete_notification_channel(name=channel.name)
    policies.delete_alert_policy(name=made.name)
    with pytest.raises(exceptions.NotFound):
        policies.get_alert_policy(name=made.name)


def test_creating_is_not_idempotent(policies: Any, project: str) -> None:
    for _ in range(2):
        policies.create_alert_policy(name=project, alert_policy=policy(LOG_MATCH, LIMIT))
    assert len(list(policies.list_alert_policies(name=project))) == 2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (policy(LOG_MATCH, None), "notification_rate_limit is required"),
        (policy(METRIC, LIMIT), "only log-based"),
        (policy(LOG_MATCH, LIMIT, combiner="COMBINE_UNSPECIFIED"), "combiner"),
        (
            policy({"display_name": "x", "condition_threshold": {"filter": "severity>=ERROR"}}, None),
            "metric.type",
        ),
        (
            policy({"display_name": "x", "condition_threshold": {"filter": 'metric.type="a.b/c"'}}, None),
            "resource.type",
        ),
        (
            policy(LOG_MATCH, LIMIT, notification_channels=["projects/p/notificationChannels/1"]),
            "notification channel",
        ),
        (policy(LOG_MATCH, {**LIMIT, "auto_close": {"seconds": 60}}), "1800"),
        ({"display_name": "x", "combiner": "OR"}, "conditions"),
    ],
)
def test_what_the_real_api_refuses_is_refused(
    policies: Any, project: str, given: dict[str, Any], reason: str
) -> None:
    with pytest.raises((exceptions.InvalidArgument, exceptions.NotFound), match=reason):
        policies.create_alert_policy(name=project, alert_policy=given)
    assert not list(policies.list_alert_policies(name=project))


def test_a_metric_policy_needs_no_rate_limit(policies: Any, project: str) -> None:
    assert policies.create_alert_policy(name=project, alert_policy=policy(METRIC, None)).name
