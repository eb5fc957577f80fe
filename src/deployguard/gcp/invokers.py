"""Who may call a Cloud Run service: the members of roles/run.invoker, on the service and on its project."""

from __future__ import annotations

from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.refusals import refusals
from deployguard.gcp.resource_manager import ask_project
from deployguard.gcp.retrying import ONCE, patiently
from deployguard.model.errors import CloudError

INVOKER = "roles/run.invoker"
_POLICY_VERSION = 3  # below it, Google hides conditional bindings, and a write would drop them
_CONFLICTS = 5


def invoker_members(connection: Connection, region: str, service: str) -> frozenset[str] | None:
    """Return the members of the invoker role on a service, such as `serviceAccount:x@y` or `allUsers`; bindings with a
    condition count. None where the policy may not be read.

    Raises:
        CloudError: kind `missing` when there is no such service, or the call failed.
    """
    try:
        policy = _policy(connection, _path(connection, region, service))
    except CloudError as error:
        if error.kind == "permission":
            return None
        raise
    return frozenset(
        member for binding in policy.bindings if binding.role == INVOKER for member in binding.members
    )


def project_invokers(connection: Connection) -> frozenset[str] | None:
    """Return the members of the invoker role on the project; None where its policy may not be read.

    What a folder or an organisation grants is not in it.

    Raises:
        CloudError: the call failed.
    """
    try:
        policy = ask_project(
            connection,
            f"reading the IAM policy of {connection.project}",
            "getIamPolicy",
            {"options": {"requestedPolicyVersion": _POLICY_VERSION}},
        )
    except CloudError as error:
        if error.kind == "permission":
            return None
        raise
    found = [each for each in policy.get("bindings", ()) if each.get("role") == INVOKER]
    return frozenset(member for binding in found for member in binding.get("members", ()))


def add_invoker(connection: Connection, region: str, service: str, member: str) -> bool:
    """Let a member call a service; return False where it might already.

    Raises:
        CloudError: the policy may not be read or written.
    """
    path = _path(connection, region, service)

    def add() -> bool:
        policy = _policy(connection, path)
        found = [each for each in policy.bindings if each.role == INVOKER and not each.HasField("condition")]
        if any(member in binding.members for binding in found):
            return False
        (found[0] if found else policy.bindings.add(role=INVOKER)).members.append(member)
        _write(connection, path, policy, f"letting {member} call {service}")
        return True

    return patiently(add, connection.patience, conflicts=_CONFLICTS)


def _policy(connection: Connection, path: str) -> Any:
    from google.cloud import run_v2
    from google.iam.v1 import iam_policy_pb2, options_pb2

    options = options_pb2.GetPolicyOptions(requested_policy_version=_POLICY_VERSION)
    request = iam_policy_pb2.GetIamPolicyRequest(resource=path, options=options)
    client = connection.client(run_v2.ServicesClient)

    def ask() -> Any:
        with refusals(f"reading the IAM policy of {path}"):
            return client.get_iam_policy(request, **ONCE)

    return patiently(ask, connection.patience)


def _write(connection: Connection, path: str, policy: Any, doing: str) -> None:
    from google.cloud import run_v2
    from google.iam.v1 import iam_policy_pb2

    policy.version = max(policy.version, 1)
    request = iam_policy_pb2.SetIamPolicyRequest(resource=path, policy=policy)
    with refusals(doing):
        connection.client(run_v2.ServicesClient).set_iam_policy(request, **ONCE)


def _path(connection: Connection, region: str, service: str) -> str:
    return f"projects/{connection.project}/locations/{region}/services/{service}"
