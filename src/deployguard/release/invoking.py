"""Whether the trigger of a function may call it: where the binding lacks, every message is refused in silence."""

from __future__ import annotations

from deployguard.gcp.functions import Functions
from deployguard.gcp.invokers import add_invoker, invoker_members, project_invokers
from deployguard.release.failures import DoubtError, StepFailedError
from deployguard.release.order import table_of
from deployguard.release.work import Work

EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})


def see_to_invoker(work: Work) -> str:
    """Return in words who may call the service that is about to serve.

    With `--fix-iam` a binding that lacks is added; at creation, the one that `allow-unauthenticated` asks for too.

    Raises:
        StepFailedError: the trigger's service account may not call it; the message has the command.
        DoubtError: it cannot be told.
        CloudError: a policy could not be read or written.
    """
    connection, service = work.means.connection, work.order.service
    is_new = not work.before.exists
    if service.table.get("allow-unauthenticated") and (is_new or work.order.manner.fix_iam):
        work.ready_to_change()
        if add_invoker(connection, work.region, work.service, "allUsers"):
            work.tell("invokers: allUsers added, as allow-unauthenticated asks for")
    account = _trigger_account(work)
    if not account:
        return "not called by events"
    member = f"serviceAccount:{account}"
    own = invoker_members(connection, work.region, work.service)
    if own is not None and own & {member, *EVERYBODY}:
        return f"{member} on the service"
    whole = project_invokers(connection)
    if whole is not None and whole & {member, *EVERYBODY}:
        return f"{member} on the project"
    if work.order.manner.fix_iam:
        work.ready_to_change()
        add_invoker(connection, work.region, work.service, member)
        work.tell(f"invokers: {member} added")
        return f"{member} on the service"
    return _lacking(work, member, is_known=own is not None and whole is not None)


def _lacking(work: Work, member: str, *, is_known: bool) -> str:
    command = (
        f"gcloud run services add-iam-policy-binding {work.service} --region={work.region} "
        f"--member={member} --role=roles/run.invoker"
    )
    if work.order.manner.allows("invoker"):
        return f"{member} is not known to be let in, which was allowed"
    if not is_known:
        raise DoubtError(
            f"whether {member} may call {work.service} cannot be told: an IAM policy may not be read; see to it with "
            f"`{command}`, or --allow invoker --reason TEXT"
        )
    raise StepFailedError(
        f"{member}, who brings the events, may not call {work.service}: every message would be refused; "
        f"`{command}`, or deploy with --fix-iam"
    )


def _trigger_account(work: Work) -> str:
    """Return the account of an event trigger, as Google has it, or else as it is configured."""
    if work.order.service.kind != "function":
        return ""
    made = Functions(work.means.connection).get(work.region, work.name)
    if made is not None and made.trigger_account:
        return made.trigger_account
    configured = table_of(work.order.service, "trigger").get("service-account")
    is_event = made is not None and bool(made.trigger_topic)
    return str(configured or "") if is_event else ""
