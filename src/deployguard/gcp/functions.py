"""Reading second-generation functions (google/cloud/functions/v2)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from deployguard.gcp.connection import Connection
from deployguard.gcp.names import short
from deployguard.gcp.refusals import refusals
from deployguard.gcp.retrying import ONCE, patiently
from deployguard.model.errors import CloudError
from deployguard.model.live import LiveFunction


class Functions:
    """Functions of one project; `calls` counts the requests that were sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.calls = 0

    def list(self, region: str) -> tuple[LiveFunction, ...]:
        """Return the functions of a region.

        Raises:
            CloudError: a call failed.
        """
        return patiently(lambda: self._listed(region), self._connection.patience)

    def _listed(self, region: str) -> tuple[LiveFunction, ...]:
        from google.cloud import functions_v2

        parent = f"projects/{self._connection.project}/locations/{region}"
        found = []
        with refusals(f"listing the functions of {region}"):
            request = functions_v2.ListFunctionsRequest(parent=parent, page_size=1000)
            for page in self._functions.list_functions(request, **ONCE).pages:
                self.calls += 1
                found += [live_function(functions_v2.Function.pb(each)) for each in page.functions]
        return tuple(sorted(found, key=lambda function: function.name))

    def get(self, region: str, name: str) -> LiveFunction | None:
        """Return one function, None where there is none.

        Raises:
            CloudError: the call failed.
        """
        raw = self.raw(region, name)
        return None if raw is None else live_function(raw)

    def raw(self, region: str, name: str) -> Any:
        """Return the protobuf message of a function, for a read-modify-write; None where there is none."""
        from google.cloud import functions_v2

        path = f"projects/{self._connection.project}/locations/{region}/functions/{name}"

        def ask() -> Any:
            self.calls += 1
            with refusals(f"reading the function {name} in {region}"):
                return functions_v2.Function.pb(self._functions.get_function(name=path, **ONCE))

        try:
            return patiently(ask, self._connection.patience)
        except CloudError as error:
            if error.kind == "missing":
                return None
            raise

    @cached_property
    def _functions(self) -> Any:
        from google.cloud import functions_v2

        return self._connection.client(functions_v2.FunctionServiceClient)


def live_function(function: Any) -> LiveFunction:
    """Read a `Function` of Cloud Functions v2."""
    parts = function.name.split("/")
    source = function.build_config.source.storage_source
    return LiveFunction(
        name=parts[5],
        region=parts[3],
        state=_state(function),
        reason="; ".join(message.message for message in function.state_messages),
        service=short(function.service_config.service),
        runtime=function.build_config.runtime,
        entry_point=function.build_config.entry_point,
        source=f"{source.bucket}/{source.object_}#{source.generation}" if source.bucket else "",
        trigger_topic=short(function.event_trigger.pubsub_topic),
        trigger_account=function.event_trigger.service_account_email,
        labels=tuple(sorted(function.labels.items())),
    )


def _state(function: Any) -> str:
    kinds = function.DESCRIPTOR.fields_by_name["state"].enum_type.values_by_number
    return str(kinds[function.state].name) if function.state in kinds else str(function.state)
