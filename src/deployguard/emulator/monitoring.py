"""Cloud Monitoring API v3: alert policies and notification channels (google/monitoring/v3/alert_service.proto)."""

from __future__ import annotations

import uuid
from typing import Any

from google.cloud import monitoring_v3
from google.protobuf import empty_pb2

from deployguard.emulator import alertrules
from deployguard.emulator.collection import Collection
from deployguard.emulator.masks import update
from deployguard.emulator.monitoringfilter import matching
from deployguard.emulator.paging import page
from deployguard.emulator.refusal import Refusal, invalid
from deployguard.emulator.resources import now
from deployguard.emulator.stock import HttpRule
from deployguard.emulator.store import Store

_POLICY, _CHANNEL = (
    "{alert_policy.name=projects/*/alertPolicies/*}",
    "{notification_channel.name=projects/*/notificationChannels/*}",
)
POLICY_HTTP = {
    "ListAlertPolicies": (HttpRule("GET", "/v3/{name=projects/*}/alertPolicies"),),
    "GetAlertPolicy": (HttpRule("GET", "/v3/{name=projects/*/alertPolicies/*}"),),
    "CreateAlertPolicy": (HttpRule("POST", "/v3/{name=projects/*}/alertPolicies", "alert_policy"),),
    "UpdateAlertPolicy": (HttpRule("PATCH", f"/v3/{_POLICY}", "alert_policy"),),
    "DeleteAlertPolicy": (HttpRule("DELETE", "/v3/{name=projects/*/alertPolicies/*}"),),
}
CHANNEL_HTTP = {
    "ListNotificationChannels": (HttpRule("GET", "/v3/{name=projects/*}/notificationChannels"),),
    "GetNotificationChannel": (HttpRule("GET", "/v3/{name=projects/*/notificationChannels/*}"),),
    "CreateNotificationChannel": (
        HttpRule("POST", "/v3/{name=projects/*}/notificationChannels", "notification_channel"),
    ),
    "UpdateNotificationChannel": (HttpRule("PATCH", f"/v3/{_CHANNEL}", "notification_channel"),),
    "DeleteNotificationChannel": (HttpRule("DELETE", "/v3/{name=projects/*/notificationChannels/*}"),),
}
_Policy, _Channel = monitoring_v3.AlertPolicy.pb(), monitoring_v3.NotificationChannel.pb()
_FIXED_POLICY = {"name", "creation_record", "mutation_record"}
_FIXED_CHANNEL = {"name", "verification_status", "creation_record", "mutation_records"}
_VERIFICATION = monitoring_v3.NotificationChannel.VerificationStatus
_NEEDS_NO_VERIFICATION = {"pubsub", "slack", "webhook_tokenauth", "webhook_basicauth", "pagerduty"}


def policies_of(store: Store) -> Collection:
    """Return the alert policies that are kept."""
    return Collection(store, "alertPolicy", _Policy)


def channels_of(store: Store) -> Collection:
    """Return the notification channels that are kept."""
    return Collection(store, "channel", _Channel)


class AlertPolicies:
    """The methods of google.monitoring.v3.AlertPolicyService."""

    def __init__(self, store: Store) -> None:
        self._policies, self._channels = policies_of(store), channels_of(store)

    def list_alert_policies(self, request: Any) -> Any:
        kept = matching(self._policies.below(f"{request.name}/alertPolicies/"), request.filter)
        policies, token = page(kept, request, usual=1000)
        return monitoring_v3.ListAlertPoliciesResponse.pb()(
            alert_policies=policies, next_page_token=token, total_size=len(kept)
        )

    def get_alert_policy(self, request: Any) -> Any:
        return self._policies.get(request.name)

    def create_alert_policy(self, request: Any) -> Any:
        """Make a policy; the same request a second time makes a second one, as the real API does."""
        if request.alert_policy.name:
            raise invalid("Field alert_policy.name must not be set when a policy is created.")
        policy = _Policy(name=f"{request.name}/alertPolicies/{uuid.uuid4().int % 10**19}")
        update(policy, request.alert_policy, (), _FIXED_POLICY)
        for number, condition in enumerate(policy.conditions):
            condition.name = f"{policy.name}/conditions/{uuid.uuid4().int % 10**19 + number}"
        policy.creation_record.mutate_time.CopyFrom(now())
        return self._checked(policy, request.name)

    def update_alert_policy(self, request: Any) -> Any:
        policy = self._policies.get(request.alert_policy.name)
        update(policy, request.alert_policy, request.update_mask.paths, _FIXED_POLICY)
        for condition in policy.conditions:
            condition.name = condition.name or f"{policy.name}/conditions/{uuid.uuid4().int % 10**19}"
        return self._checked(policy, "/".join(policy.name.split("/")[:2]))

    def delete_alert_policy(self, request: Any) -> Any:
        self._policies.drop(request.name)
        return empty_pb2.Empty()

    def _checked(self, policy: Any, project: str) -> Any:
        if not policy.HasField("enabled"):
            policy.enabled.value = True
        alertrules.check(policy)
        for channel in policy.notification_channels:
            if not channel.startswith(f"{project}/") or not self._channels.has(channel):
                raise Refusal("NOT_FOUND", f"Could not find the notification channel {channel}")
        policy.mutation_record.mutate_time.CopyFrom(now())
        return self._policies.keep(policy)


class NotificationChannels:
    """The methods of google.monitoring.v3.NotificationChannelService."""

    def __init__(self, store: Store) -> None:
        self._policies, self._channels = policies_of(store), channels_of(store)

    def list_notification_channels(self, request: Any) -> Any:
        kept = matching(self._channels.below(f"{request.name}/notificationChannels/"), request.filter)
        channels, token = page(kept, request, usual=1000)
        return monitoring_v3.ListNotificationChannelsResponse.pb()(
            notification_channels=channels, next_page_token=token, total_size=len(kept)
        )

    def get_notification_channel(self, request: Any) -> Any:
        return self._channels.get(request.name)

    def create_notification_channel(self, request: Any) -> Any:
        """Make a channel; one that can be verified stays UNVERIFIED until a person confirms it."""
        channel = _Channel(name=f"{request.name}/notificationChannels/{uuid.uuid4().int % 10**19}")
        update(channel, request.notification_channel, (), _FIXED_CHANNEL)
        if not channel.type_:
            raise invalid("Field notification_channel.type is required.")
        if not channel.HasField("enabled"):
            channel.enabled.value = True
        if channel.type_ not in _NEEDS_NO_VERIFICATION:
            channel.verification_status = _VERIFICATION.UNVERIFIED
        return self._channels.keep(channel)

    def update_notification_channel(self, request: Any) -> Any:
        channel = self._channels.get(request.notification_channel.name)
        update(channel, request.notification_channel, request.update_mask.paths, _FIXED_CHANNEL)
        return self._channels.keep(channel)

    def verify_notification_channel(self, request: Any) -> Any:
        """Take any code: there is nobody here to send one to."""
        channel = self._channels.get(request.name)
        channel.verification_status = _VERIFICATION.VERIFIED
        return self._channels.keep(channel)

    def delete_notification_channel(self, request: Any) -> Any:
        self._channels.get(request.name)
        used = [
            policy for _, policy in self._policies.below() if request.name in policy.notification_channels
        ]
        if used and not request.force:
            raise Refusal(
                "FAILED_PRECONDITION",
                "The notification channel is used by alert policies; `force` removes it from them.",
            )
        for policy in used:
            policy.notification_channels.remove(request.name)
            self._policies.keep(policy)
        self._channels.drop(request.name)
        return empty_pb2.Empty()
