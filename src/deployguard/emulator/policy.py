"""IAM policies of services, functions and projects."""

from __future__ import annotations

import hashlib
from typing import Any

from google.iam.v1 import iam_policy_pb2, policy_pb2

from deployguard.emulator.faults import Faults
from deployguard.emulator.refusal import Refusal
from deployguard.emulator.store import Store

INVOKER = "roles/run.invoker"


class Policies:
    """Policies by resource name; a resource without one has an empty policy."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def get(self, resource: str) -> Any:
        body = self._store.get("policy", resource)
        return policy_pb2.Policy.FromString(body) if body else _stamped(policy_pb2.Policy(version=1))

    def set(self, request: Any) -> Any:
        """Replace a policy; raises Refusal (ABORTED) when the request's etag is stale."""
        with self._store.transaction():
            before = self.get(request.resource)
            if request.policy.etag and request.policy.etag != before.etag:
                raise Refusal(
                    "ABORTED",
                    "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
                )
            policy = _stamped(policy_pb2.Policy(version=1, bindings=request.policy.bindings))
            self._store.put("policy", request.resource, policy.SerializeToString())
        return policy

    def test(self, request: Any) -> Any:
        """Return the asked permissions that no fault denies."""
        held = [one for one in request.permissions if not self._faults.strikes("deny", one)]
        return iam_policy_pb2.TestIamPermissionsResponse(permissions=held)

    def may_invoke(self, service: str, member: str) -> bool:
        """Tell whether `member` (`serviceAccount:...`) or everyone holds the invoker role on a Run service."""
        project = "/".join(service.split("/")[:2])
        return any(
            binding.role == INVOKER and {"allUsers", member} & set(binding.members)
            for resource in (service, project)
            for binding in self.get(resource).bindings
        )


def _stamped(policy: Any) -> Any:
    policy.etag = hashlib.sha256(policy.SerializeToString(deterministic=True)).digest()[:8]
    return policy
