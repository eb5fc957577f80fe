"""Faults on demand: what a test asks to go wrong, and when."""

from __future__ import annotations

import fnmatch
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields

from deployguard.emulator.refusal import CODES, Dropped, Refusal, invalid

_EFFECTS = ("error", "deny", "latency", "drop", "stuck", "fail-build", "crash", "not-ready")


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    `effect`: `error` (answer with `status`), `deny` (403), `latency` (`seconds` more), `drop` (close the connection),
    `stuck` (the operation never ends), `fail-build`, `not-ready` (a revision never becomes ready), `crash`
    (an instance dies after `nth` requests).
    `on` is a glob over the method (`Services.UpdateService`), or over the resource name for builds, revisions and
    instances. It applies to the `nth` match and the `times` - 1 after it; `times` 0 means for ever.
    """

    effect: str
    on: str
    nth: int = 1
    times: int = 1
    status: str = "INTERNAL"
    message: str = ""
    seconds: float = 0.0
    seen: int = 0


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, given: Mapping[str, object]) -> None:
        """Add a fault from its JSON; raises Refusal when it does not read as one."""
        known = {field.name: field.type for field in fields(Fault) if field.name != "seen"}
        if unknown := sorted(set(given) - set(known)):
            raise invalid(f"a fault has no {', '.join(unknown)}; it has {', '.join(known)}")
        if given.get("effect") not in _EFFECTS or not isinstance(given.get("on"), str):
            raise invalid(f"a fault needs `on`, and `effect` as one of {', '.join(_EFFECTS)}")
        if given.get("status", "INTERNAL") not in CODES:
            raise invalid(f"status must be one of {', '.join(CODES)}")
        if wrong := [
            key for key in ("nth", "times", "seconds") if not isinstance(given.get(key, 1), int | float)
        ]:
            raise invalid(f"{', '.join(wrong)} of a fault must be a number")
        with self._lock:
            self._faults.append(Fault(**given))  # type: ignore[arg-type]

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def strikes(self, effect: str, subject: str) -> Fault | None:
        """Count one more match of `subject`; return the fault that strikes it now."""
        struck = None
        with self._lock:
            for fault in self._faults:
                if fault.effect == effect and fnmatch.fnmatchcase(subject, fault.on):
                    fault.seen += 1
                    if fault.seen >= fault.nth and (not fault.times or fault.seen < fault.nth + fault.times):
                        struck = struck or fault
        return struck

    def before(self, method: str, permission: str, resource: str) -> None:
        """Let the faults of a method strike; raises Refusal or Dropped."""
        if late := self.strikes("latency", method):
            time.sleep(late.seconds)
        if self.strikes("drop", method):
            raise Dropped
        if self.strikes("deny", method) or self.strikes("deny", permission):
            raise Refusal(
                "PERMISSION_DENIED",
                f"Permission '{permission}' denied on resource '{resource}' (or it may not exist).",
            )
        if fault := self.strikes("error", method):
            raise Refusal(fault.status, fault.message or f"{method} fails, as asked for")
