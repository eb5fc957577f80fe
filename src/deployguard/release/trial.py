"""The entry point imported for real, before anything is shipped."""

from __future__ import annotations

from deployguard.release.failures import StepFailedError
from deployguard.release.work import Work
from deployguard.smoke.service import smoke
from deployguard.smoke.verdict import Broken, CannotTell

_SECONDS = 60.0


def try_service(work: Work) -> None:
    """Import the entry point in a clean environment; what this machine cannot try is said, and left to the cloud.

    A doubt does not stop a release: the new revision gets no traffic before it has shown itself ready.

    Raises:
        StepFailedError: it cannot start.
    """
    if not work.order.manner.smoke:
        work.write("smoke", verdict="skipped")
        return
    found = smoke(work.order.tree, work.means.project, work.order.service, _SECONDS)
    work.means.checkpoint()
    match found.verdict:
        case Broken(missing=missing, message=message, traceback=trace):
            lines = [message, *(f"  {one.name} is missing" for one in missing), trace]
            raise StepFailedError("\n".join(["it cannot start:", *filter(None, lines)]))
        case CannotTell(message=message):
            work.tell(f"smoke: cannot tell: {message.splitlines()[0] if message else ''}")
            work.write("smoke", verdict="cannot tell", reason=message[:500])
        case _:
            work.write("smoke", verdict="fine")
