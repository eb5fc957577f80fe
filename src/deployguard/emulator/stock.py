"""The methods of an API, read off the stock client's own transports: paths, request types, REST templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import grpc
from google.iam.v1 import iam_policy_pb2

Message = Any
_RAW_REQUESTS = {
    "GetIamPolicy": iam_policy_pb2.GetIamPolicyRequest,
    "SetIamPolicy": iam_policy_pb2.SetIamPolicyRequest,
    "TestIamPermissions": iam_policy_pb2.TestIamPermissionsRequest,
}
_VERB = re.compile("(Get|List|Create|Update|Delete|Cancel|Write)(.+)")


class HttpRule(NamedTuple):
    """One REST form of a method: the verb, the path's template, and where the body goes (`*`, a field, or "")."""

    verb: str
    template: str
    body: str = ""


class Method(NamedTuple):
    """One method, ready to be called with its request message."""

    service: str
    name: str
    request: Any
    call: Callable[[Message], Message]
    permission: str
    http: tuple[HttpRule, ...]

    @property
    def path(self) -> str:
        return f"/{self.service}/{self.name}"

    @property
    def short(self) -> str:
        """The name faults go by, such as `Services.UpdateService`."""
        return f"{self.service.rpartition('.')[2]}.{self.name}"


def methods(
    transport: Any,
    implementation: object,
    api: str,
    rest: Any = None,
    http: Mapping[str, tuple[HttpRule, ...]] | None = None,
) -> list[Method]:
    """Return the methods of a stock gRPC transport class that `implementation` has, in its snake_case names.

    `rest` is the transport's `_Base...RestTransport` class where the client has one; `http` gives the templates
    where it has none. `api` starts the names of permissions (`run`, `cloudfunctions`).
    """
    found = []
    for path, serializer in _recorded(transport).items():
        service, name = path[1:].split("/")
        call = getattr(implementation, _snake(name), None)
        request = _RAW_REQUESTS.get(name) or _pb(serializer)
        if call is None or request is None or service == "google.longrunning.Operations":
            continue
        rules = (http or {}).get(name) or _http_rules(rest, name)
        found.append(Method(service, name, request, call, _permission(api, service, name), rules))
    return found


class _Recorder(grpc.Channel):  # type: ignore[misc]
    """A channel that only notes what a transport asks of it."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    def unary_unary(self, method: str, request_serializer: Any = None, *_: Any, **__: Any) -> None:
        self.seen[method] = request_serializer

    def _nothing(self, *_: Any, **__: Any) -> None: ...

    unary_stream = stream_unary = stream_stream = subscribe = unsubscribe = close = _nothing


def _recorded(transport: Any) -> dict[str, Any]:
    channel = grpc.insecure_channel("127.0.0.1:1")
    one = transport(channel=channel)
    one._logged_channel = recorder = _Recorder()
    one._stubs = {}
    for name, member in vars(transport).items():
        if isinstance(member, property) and name != "operations_client":
            getattr(one, name)
    channel.close()
    return recorder.seen


def _pb(serializer: Any) -> Any:
    owner = getattr(serializer, "__self__", None)
    return owner.pb() if owner is not None else None


def _http_rules(rest: Any, name: str) -> tuple[HttpRule, ...]:
    options = getattr(rest, f"_Base{name}", None)
    if options is None:
        return ()
    return tuple(
        HttpRule(option["method"].upper(), option["uri"], option.get("body", ""))
        for option in options._get_http_options()
    )


def _snake(name: str) -> str:
    return re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _permission(api: str, service: str, name: str) -> str:
    if name in _RAW_REQUESTS:
        return f"{api}.{service.rpartition('.')[2].lower()}.{name[0].lower()}{name[1:]}"
    match = _VERB.match(name)
    verb, noun = (match[1], match[2]) if match else ("use", name)
    plural = noun if noun.endswith("s") else f"{noun.removesuffix('y')}{'ies' if noun.endswith('y') else 's'}"
    return f"{api}.{plural[0].lower()}{plural[1:]}.{verb.lower()}"
