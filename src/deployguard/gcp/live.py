"""All that runs in some regions: one list call per API and region, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from deployguard.gcp.connection import Connection
from deployguard.gcp.functions import Functions
from deployguard.gcp.services import Services
from deployguard.model.errors import CloudError
from deployguard.model.live import Blind, Live
from deployguard.model.stamp_names import StampNames

_T = TypeVar("_T")


def read_live(
    connection: Connection, regions: Iterable[str], names: StampNames, functions: Iterable[str]
) -> Live:
    """Return what runs in `regions`; functions are asked for in the regions `functions` only.

    What cannot be seen is in `blind`, never left out silently.
    """
    asked, with_functions = tuple(sorted(set(regions))), tuple(sorted(set(functions)))
    run, gen2 = Services(connection, names), Functions(connection)
    with ThreadPoolExecutor(8) as pool:
        services = [(each, pool.submit(_or_blind, run.list, each, "run")) for each in asked]
        listed = [(each, pool.submit(_or_blind, gen2.list, each, "functions")) for each in with_functions]
        found = [future.result() for _, future in services]
        made = [future.result() for _, future in listed]
    return Live(
        connection.project,
        asked,
        tuple(one for part in found if not isinstance(part, Blind) for one in part),
        tuple(one for part in made if not isinstance(part, Blind) for one in part),
        tuple(part for part in (*found, *made) if isinstance(part, Blind)),
        run.calls + gen2.calls,
    )


def _or_blind(ask: Callable[[str], tuple[_T, ...]], region: str, api: str) -> tuple[_T, ...] | Blind:
    try:
        return ask(region)
    except CloudError as error:
        return Blind(region, api, str(error))
