"""Alert policies and notification channels of Cloud Monitoring (google/monitoring/v3)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.policies import UPDATED_FIELDS, live_policy, put_policy
from deployguard.gcp.refusals import refusals
from deployguard.model.alert import Channel, LivePolicy, Policy

_UNVERIFIED, _VERIFIED = 1, 2  # NotificationChannel.VerificationStatus


class Monitoring:
    """The alert policies and channels of one project."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parent = f"projects/{connection.project}"

    def policies(self) -> tuple[LivePolicy, ...]:
        """Return every alert policy of the project, those of others too, the oldest first.

        Raises:
            CloudError: the call failed.
        """
        from google.cloud import monitoring_v3

        request = monitoring_v3.ListAlertPoliciesRequest(name=self._parent, page_size=1000)
        with refusals(f"listing the alert policies of {self._connection.project}"):
            found = [live_policy(type(one).pb(one)) for one in self._policies.list_alert_policies(request)]
        return tuple(sorted(found, key=lambda one: (one.created, one.id)))

    def channels(self) -> tuple[Channel, ...]:
        """Return every notification channel of the project.

        Raises:
            CloudError: the call failed.
        """
        from google.cloud import monitoring_v3

        request = monitoring_v3.ListNotificationChannelsRequest(name=self._parent, page_size=1000)
        with refusals(f"listing the notification channels of {self._connection.project}"):
            listed = self._channels.list_notification_channels(request)
            found = [_channel(type(one).pb(one)) for one in listed]
        return tuple(sorted(found, key=lambda one: (one.display_name, one.id)))

    def create(self, policy: Policy) -> LivePolicy:
        """Make a policy; its channels are resource names. The API would make a second one just as gladly: look first.

        Raises:
            CloudError: the call failed.
        """
        from google.cloud import monitoring_v3

        message = monitoring_v3.AlertPolicy.pb()()
        put_policy(message, policy)
        with refusals(f"creating the alert policy {policy.display_name}"):
            made = self._policies.create_alert_policy(
                name=self._parent, alert_policy=monitoring_v3.AlertPolicy.wrap(message)
            )
        return live_policy(type(made).pb(made))

    def update(self, identity: str, policy: Policy) -> None:
        """Make a policy as it is wanted; what deployguard does not write stays as it is.

        Raises:
            CloudError: the call failed, or it is gone.
        """
        from google.cloud import monitoring_v3

        with refusals(f"updating the alert policy {policy.display_name}"):
            found = self._policies.get_alert_policy(name=identity)
            put_policy(type(found).pb(found), policy)
            request = monitoring_v3.UpdateAlertPolicyRequest(
                alert_policy=found, update_mask={"paths": list(UPDATED_FIELDS)}
            )
            self._policies.update_alert_policy(request)

    def delete(self, identity: str) -> None:
        """Remove a policy.

        Raises:
            CloudError: the call failed, or it is gone.
        """
        with refusals(f"deleting the alert policy {identity}"):
            self._policies.delete_alert_policy(name=identity)

    @cached_property
    def _policies(self) -> Any:
        from google.cloud import monitoring_v3

        return self._connection.client(monitoring_v3.AlertPolicyServiceClient)

    @cached_property
    def _channels(self) -> Any:
        from google.cloud import monitoring_v3

        return self._connection.client(monitoring_v3.NotificationChannelServiceClient)


def _channel(message: Any) -> Channel:
    """A channel that is neither verified nor unverified is of a kind that needs no verification, says the API."""
    verified = {_UNVERIFIED: False, _VERIFIED: True}.get(message.verification_status)
    enabled = message.enabled.value if message.HasField("enabled") else True
    return Channel(message.name, message.display_name, message.type_, enabled, verified)
