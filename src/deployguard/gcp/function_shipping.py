"""Shipping a second-generation function (google/cloud/functions/v2/functions.proto).

The API has no etag and no revision without traffic of its own. A write therefore names the few fields that it sets in its
mask, over a fresh reading; and traffic is kept where it is by the Cloud Run service under the function: `pin_traffic`
names the serving revision there first, then the function is updated with `all_traffic_on_latest_revision` false, then
`set_traffic` moves the traffic. functions.proto says of that field that true "ignor[es] any traffic split settings", so
false leaves a split as it is; gcloud 528 leaves the field out instead, and warns that a split stays. Neither was verified
against Google's servers: read back what serves after the update.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployguard.gcp import function_config as config
from deployguard.gcp.building import Source
from deployguard.gcp.connection import Connection
from deployguard.gcp.functions import Functions
from deployguard.gcp.operations import FUNCTIONS, named
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently

_DEPLOYING, _ACTIVE = 3, 1  # google.cloud.functions.v2.Function.State
_GEN_2 = 2  # google.cloud.functions.v2.Environment


@dataclass(frozen=True, slots=True)
class ShipFunction:
    """A function to be created or updated from an uploaded zip.

    `env`, `secrets` (variable or `/folder/file`: `SECRET:VERSION`), `labels` and `build_env` are merged: what they do
    not name survives. `settings` are the keys of `[services.NAME.settings]`, and `trigger` those of
    `[services.NAME.trigger]`; a trigger by HTTP or by schedule is a function that is called.
    """

    function: str
    region: str
    source: Source
    runtime: str
    entry_point: str
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict, repr=False)
    trigger: Mapping[str, object] = field(default_factory=dict)
    build_env: Mapping[str, str] = field(default_factory=dict, repr=False)


def ship_function(connection: Connection, spec: ShipFunction) -> str:
    """Ask for a build and a new revision; return the operation, for `operations.wait`.

    A new function sends all requests to its first revision (nobody may call it until an invoker is added). An update
    moves no traffic that is pinned by name. Asked for twice, it ships once.

    Raises:
        CloudError: kind `conflict` while another operation on the function is under way.
    """
    return patiently(lambda: _shipped(connection, spec), connection.patience)


def function_build(connection: Connection, region: str, function: str, operation: str = "") -> str:
    """Return the full name of the build that an operation of `ship_function` began, for `build_log_tail`; "" for none.

    Raises:
        CloudError: the call failed.
    """
    name = operation.removeprefix(named(FUNCTIONS, ""))
    of_operation = _build_of_operation(connection, name) if "/operations/" in name else ""
    if of_operation:
        return of_operation
    raw = patiently(lambda: Functions(connection).raw(region, function), connection.patience)
    return "" if raw is None else str(raw.build_config.build)


def _shipped(connection: Connection, spec: ShipFunction) -> str:
    raw = Functions(connection).raw(spec.region, spec.function)
    if raw is None:
        return _created(connection, spec)
    if _is_shipped(raw, spec):
        return named(FUNCTIONS, raw.name)
    return _updated(connection, spec, raw)


def _created(connection: Connection, spec: ShipFunction) -> str:
    from google.cloud import functions_v2

    parent = f"projects/{connection.project}/locations/{spec.region}"
    request = functions_v2.CreateFunctionRequest.pb()(parent=parent, function_id=spec.function)
    function = request.function
    function.name, function.environment = f"{parent}/functions/{spec.function}", _GEN_2
    _fill(connection, spec, function)
    function.service_config.all_traffic_on_latest_revision = True
    with refusals(f"creating the function {spec.function} in {spec.region}"):
        made = _client(connection).create_function(functions_v2.CreateFunctionRequest.wrap(request), **ONCE)
    return named(FUNCTIONS, made.operation.name)


def _updated(connection: Connection, spec: ShipFunction, raw: Any) -> str:
    from google.cloud import functions_v2

    paths = _fill(connection, spec, raw)
    raw.service_config.all_traffic_on_latest_revision = False
    request = functions_v2.UpdateFunctionRequest.pb()(function=raw)
    request.update_mask.paths.extend(sorted({*paths, "service_config.all_traffic_on_latest_revision"}))
    with refusals(f"updating the function {spec.function} in {spec.region}"):
        asked = _client(connection).update_function(functions_v2.UpdateFunctionRequest.wrap(request), **ONCE)
    return named(FUNCTIONS, asked.operation.name)


def _fill(connection: Connection, spec: ShipFunction, raw: Any) -> set[str]:
    """Set what is asked for, and return the paths of the fields that were set."""
    raw.labels.update(spec.labels)
    build, service = raw.build_config, raw.service_config
    source = build.source.storage_source
    source.bucket, source.object_ = spec.source.bucket, spec.source.object
    source.generation = spec.source.generation
    build.runtime, build.entry_point = spec.runtime, spec.entry_point
    build.environment_variables.update(spec.build_env)
    paths = {"labels", "build_config.source", "build_config.runtime", "build_config.entry_point"}
    if spec.build_env:
        paths.add("build_config.environment_variables")
    paths |= config.merge_env(service, spec.env)
    paths |= config.merge_secrets(service, spec.secrets, connection.project)
    paths |= config.apply_settings(service, spec.settings)
    return paths | config.set_trigger(raw, spec.trigger, connection.project)


def _is_shipped(raw: Any, spec: ShipFunction) -> bool:
    """Tell whether an earlier try has brought this very release about, or is doing so."""
    source = raw.build_config.source.storage_source
    held = Source(source.bucket, source.object_, source.generation)
    env = raw.service_config.environment_variables
    return (
        raw.state in (_DEPLOYING, _ACTIVE)
        and held == spec.source
        and all(raw.labels.get(name) == value for name, value in spec.labels.items())
        and all(env.get(name) == value for name, value in spec.env.items())
    )


def _build_of_operation(connection: Connection, name: str) -> str:
    from google.cloud import functions_v2
    from google.longrunning import operations_pb2

    request = operations_pb2.GetOperationRequest(name=name)

    def ask() -> Any:
        with refusals(f"asking how {name} goes"):
            return _client(connection).get_operation(request, **ONCE)

    metadata = functions_v2.OperationMetadata.pb()()
    patiently(ask, connection.patience).metadata.Unpack(metadata)
    return str(metadata.build_name)


def _client(connection: Connection) -> Any:
    from google.cloud import functions_v2

    return connection.client(functions_v2.FunctionServiceClient)
