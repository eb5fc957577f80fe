"""What every API of the local cloud works with."""

from __future__ import annotations

from dataclasses import dataclass

from deployguard.emulator.faults import Faults
from deployguard.emulator.images import Images
from deployguard.emulator.instances import Instances
from deployguard.emulator.log import Log
from deployguard.emulator.operations import Operations
from deployguard.emulator.store import Store


@dataclass(frozen=True, slots=True)
class Cloud:
    """One local cloud; `address` is its HTTP address, such as `http://127.0.0.1:8085`."""

    store: Store
    faults: Faults
    operations: Operations
    log: Log
    images: Images
    instances: Instances
    address: str
