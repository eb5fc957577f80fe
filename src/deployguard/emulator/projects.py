"""IAM policies of projects (google/cloud/resourcemanager/v3/projects.proto), where services find none of their own."""

from __future__ import annotations

from typing import Any

from google.iam.v1 import iam_policy_pb2

from deployguard.emulator.policy import Policies
from deployguard.emulator.stock import HttpRule, Method

_SERVICE = "google.cloud.resourcemanager.v3.Projects"


class Projects:
    """The IAM methods of projects; every project exists."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def methods(self) -> list[Method]:
        return [
            _method("GetIamPolicy", iam_policy_pb2.GetIamPolicyRequest, self.get_iam_policy),
            _method("SetIamPolicy", iam_policy_pb2.SetIamPolicyRequest, self.set_iam_policy),
            _method(
                "TestIamPermissions", iam_policy_pb2.TestIamPermissionsRequest, self.test_iam_permissions
            ),
        ]

    def get_iam_policy(self, request: Any) -> Any:
        return self._policies.get(_full(request.resource))

    def set_iam_policy(self, request: Any) -> Any:
        request.resource = _full(request.resource)
        return self._policies.set(request)

    def test_iam_permissions(self, request: Any) -> Any:
        return self._policies.test(request)


def _method(name: str, request: Any, call: Any) -> Method:
    verb = name[0].lower() + name[1:]
    rules = (
        HttpRule("POST", f"/v3/{{resource=projects/*}}:{verb}", "*"),
        HttpRule("POST", f"/v1/projects/{{resource}}:{verb}", "*"),
    )
    return Method(_SERVICE, name, request, call, f"resourcemanager.projects.{verb}", rules)


def _full(resource: str) -> str:
    return resource if resource.startswith("projects/") else f"projects/{resource}"
