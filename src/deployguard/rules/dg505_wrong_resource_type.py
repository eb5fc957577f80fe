"""# DG505: wrong-resource-type

## What it does

Finds a filter that means a configured service, or functions, but that nothing which the service logs can match:
`resource.type="cloud_function"` for a function of the second generation, or `function_name` where Cloud Run says
`service_name`. Audit logs, which do carry `cloud_function`, are left alone; so are metrics of Cloud Functions.

## Why it is bad

The policy exists, is enabled, and never fires. A function of the second generation is a Cloud Run service, and its
logs carry `resource.type="cloud_run_revision"`.

## Example

```yaml
conditionMatchedLog:
  filter: resource.type="cloud_function" AND resource.labels.function_name="orders" AND severity>=ERROR
```

## How to fix

Write `resource.type="cloud_run_revision"` and `resource.labels.service_name="orders"`; in deployguard.toml
`service = "orders"` does that. A filter that joins both by OR is for teams that have functions of both generations.
"""

from __future__ import annotations

from collections.abc import Iterator

from deployguard.gcp.logfilter.judging import possible
from deployguard.gcp.logfilter.parts import Call, Comparison, Filter, leaves
from deployguard.model.alert import Fault, Written
from deployguard.model.finding import Finding, Severity
from deployguard.rules.alerting import (
    NAME_LABELS,
    Watched,
    as_first_generation,
    as_run,
    filter_key,
    found,
    watched,
)
from deployguard.rules.rule import AlertFacts, AlertRule


def _judge(facts: AlertFacts) -> Iterator[Finding]:
    for written in facts.policies:
        for each in watched(written):
            if each.filter is not None and not _is_of_others(each.filter):
                yield from _findings(facts, written, each)


def _findings(facts: AlertFacts, written: Written, each: Watched) -> Iterator[Finding]:
    """One finding a condition: for the services that it names, else for the functions that it means to watch."""
    read = each.filter
    if read is None:
        return
    if written.is_table and written.service:
        services = [written.service] if possible(read, as_run(written.service)) is False else []
        named = services
    else:
        unseen = [one for one in facts.project.services if possible(read, as_run(one.name)) is False]
        named = [one.name for one in unseen if _names(read, one.name)]
        whole = [one.name for one in unseen if one.kind == "function" and _would_have(read, one.name)]
        services = named or ([] if _names_any(read) else whole)
    if services:
        severity = Severity.ERROR if named else Severity.WARNING
        key = filter_key(written, each.number)
        yield found(
            (RULE.code, RULE.severity), written, Fault(key, _message(services)), _advice(services), severity
        )


def _names(read: Filter, service: str) -> bool:
    """Tell whether a name in the filter is the service's."""
    return any(
        leaf.test(service)
        for leaf in leaves(read)
        if isinstance(leaf, Comparison) and _way(leaf) in NAME_LABELS and leaf.operator in {"=", ":", "=~"}
    )


def _names_any(read: Filter) -> bool:
    return any(isinstance(leaf, Comparison) and _way(leaf) in NAME_LABELS for leaf in leaves(read))


def _would_have(read: Filter, function: str) -> bool:
    """Tell whether the filter is one for functions of the first generation, this one among them."""
    return possible(read, as_first_generation(function)) is not False


def _is_of_others(read: Filter) -> bool:
    """Tell whether it reads audit logs, or metrics of Cloud Functions: there `cloud_function` is right."""
    for leaf in leaves(read):
        match leaf:
            case Comparison(field=("protoPayload" | "proto_payload", *_)):
                return True
            case Comparison(field=("logName" | "log_name",), wanted=wanted) if "cloudaudit" in wanted:
                return True
            case Comparison(field=("metric", "type"), wanted=wanted) if wanted.startswith("cloudfunctions."):
                return True
            case Call(arguments=arguments) if any("cloudaudit" in one for one in arguments):
                return True
            case _:
                continue
    return False


def _way(leaf: Comparison) -> tuple[str, ...]:
    return tuple("labels" if step == "label" else step for step in leaf.field)


def _message(services: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in services[:3])
    more = f" and {len(services) - 3} more" if len(services) > 3 else ""
    return f"nothing that {shown}{more} logs can match this filter: it would never fire"


def _advice(services: list[str]) -> str:
    name = services[0] if len(services) == 1 else "NAME"
    return f'write resource.type="cloud_run_revision" and resource.labels.service_name="{name}"'


RULE = AlertRule("DG505", "wrong-resource-type", Severity.ERROR, __doc__ or "", _judge)
