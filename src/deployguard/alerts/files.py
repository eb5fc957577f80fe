"""Alert policies as a team keeps them for `gcloud alpha monitoring policies create --policy-from-file`.

The form is that of Cloud Monitoring API v3, projects.alertPolicies, with keys in camelCase or snake_case.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from deployguard.alerts.document import read_document
from deployguard.alerts.form import Form
from deployguard.model.alert import (
    LEAST_CLOSE_S,
    LEAST_RATE_S,
    MOST_CLOSE_S,
    MOST_RATE_S,
    Aggregation,
    Condition,
    Fault,
    Foreign,
    LogMatch,
    Metric,
    Policy,
    Strategy,
    Written,
)
from deployguard.model.errors import SourceError, UsageError
from deployguard.model.service import Project
from deployguard.source.links import Resolved, resolve
from deployguard.source.tree import SourceTree

_NOTHING = Policy("", ())
_MOST_CONDITIONS = 6
_KINDS = (
    "conditionMatchedLog",
    "conditionThreshold",
    "conditionAbsent",
    "conditionMonitoringQueryLanguage",
    "conditionPrometheusQueryLanguage",
    "conditionSql",
)
_POLICY = (
    *("name", "displayName", "documentation", "userLabels", "conditions", "combiner", "enabled", "validity"),
    *("notificationChannels", "creationRecord", "mutationRecord", "alertStrategy", "severity"),
)
_THRESHOLD = (
    *("filter", "aggregations", "denominatorFilter", "denominatorAggregations", "forecastOptions"),
    *("comparison", "thresholdValue", "duration", "trigger", "evaluationMissingData"),
)
_STRATEGY = ("notificationRateLimit", "notificationPrompts", "autoClose", "notificationChannelStrategy")
_COMPARISONS = ("COMPARISON_GT", "COMPARISON_LT")


def policy_files(tree: SourceTree, project: Project) -> tuple[Written, ...]:
    """Return the policies of the files that `policy-files` of `[check]` names, in the order of their paths.

    Raises:
        UsageError: one is YAML, and PyYAML is not installed.
    """
    found, unmatched = set(), []
    for index, glob in enumerate(map(str, project.table("check").get("policy-files", ()))):
        paths = [path for path in tree.entries if fnmatchcase(path, posixpath.normpath(glob))]
        found.update(paths)
        if not paths:
            key = ("check", "policy-files", index)
            fault = Fault((), f"no file of this tree matches `{glob}`")
            unmatched.append(
                Written(glob, project.path, _NOTHING, faults=(fault,), key=key, lines=project.lines)
            )
    return (*unmatched, *(_of_tree(tree, path) for path in sorted(found)))


def given_file(path: str) -> Written:
    """Return the policy of a file on disk.

    Raises:
        UsageError: it cannot be read, or is YAML, and PyYAML is not installed.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise UsageError(f"{path}: cannot be read: {reason}") from error
    return read_policy(path, content)


def read_policy(path: str, content: bytes) -> Written:
    """Read a policy from the bytes of a file, which `path` names in messages; whatever they are, the answer is a value.

    Raises:
        UsageError: it is YAML, and PyYAML is not installed.
    """
    document = read_document(path, content)
    if document.fault is not None:
        return Written(path, path, _NOTHING, faults=(document.fault,), lines={(): document.line})
    if not isinstance(document.value, Mapping):
        what = "a list: gcloud takes one policy a file" if isinstance(document.value, list) else "no policy"
        return Written(path, path, _NOTHING, faults=(Fault((), f"holds {what}"),), lines={(): 1})
    faults: list[Fault] = []
    policy = _policy(Form(document.value, (), faults))
    return Written(path, path, policy, faults=tuple(faults), lines={(): 1, **document.lines})


def _of_tree(tree: SourceTree, path: str) -> Written:
    found = resolve(tree, path)
    if not isinstance(found, Resolved) or found.entry is None:
        return Written(path, path, _NOTHING, faults=(Fault((), "leads to no file"),))
    try:
        return read_policy(path, tree.content(found.entry))
    except SourceError as error:
        return Written(path, path, _NOTHING, unknown=str(error))


def _policy(form: Form) -> Policy:
    form.only(*_POLICY)
    if not form.text("displayName"):
        form.blame("", "`displayName` is missing: what the policy is called")
    combiner = form.word("combiner", ("AND", "OR", "AND_WITH_MATCHING_RESOURCE"))
    if not form.has("combiner"):
        form.blame("", "`combiner` is missing: how its conditions are joined, OR for a single one")
    documentation = form.part("documentation")
    policy = Policy(
        display_name=form.text("displayName"),
        conditions=tuple(_conditions(form)),
        strategy=_strategy(form),
        combiner=combiner or "OR",
        channels=form.texts("notificationChannels"),
        documentation=documentation.text("content") if documentation else "",
        enabled=form.flag("enabled", True),
        labels=form.pairs("userLabels"),
    )
    kinds = {type(condition.of) for condition in policy.conditions}
    if LogMatch in kinds and len(policy.conditions) > 1:
        form.blame("conditions", "a log-match condition must be the only one of its policy")
    return policy


def _strategy(form: Form) -> Strategy:
    given = form.part("alertStrategy")
    if given is None:
        return Strategy()
    given.only(*_STRATEGY)
    limit = given.part("notificationRateLimit")
    rate, close = limit.seconds("period") if limit else None, given.seconds("autoClose")
    if limit and rate is None and not limit.has("period"):
        limit.blame("", "`period` is missing")
    if limit and rate is not None and not LEAST_RATE_S <= rate <= MOST_RATE_S:
        limit.blame("period", f"must be from {LEAST_RATE_S}s to {MOST_RATE_S}s")
    if close is not None and not LEAST_CLOSE_S <= close <= MOST_CLOSE_S:
        given.blame("autoClose", f"must be from {LEAST_CLOSE_S}s to {MOST_CLOSE_S}s")
    return Strategy(rate, close)


def _conditions(form: Form) -> Iterator[Condition]:
    given = form.parts("conditions")
    if not 1 <= len(given) <= _MOST_CONDITIONS:
        form.blame("conditions" if form.has("conditions") else "", "between 1 and 6 `conditions` are needed")
    for one in given:
        one.only("name", "displayName", *_KINDS)
        if not one.text("displayName"):
            one.blame("", "`displayName` of the condition is missing")
        kinds = [kind for kind in _KINDS if one.has(kind)]
        if len(kinds) != 1:
            one.blame("", f"exactly one of {', '.join(_KINDS)} is needed")
        elif below := one.part(kinds[0]):
            yield Condition(one.text("displayName"), _READERS.get(kinds[0], _foreign)(below, kinds[0]))


def _log_match(form: Form, _: str) -> LogMatch:
    form.only("filter", "labelExtractors")
    if not form.text("filter"):
        form.blame("", "`filter` is missing")
    return LogMatch(form.text("filter"))


def _metric(form: Form, _: str) -> Metric:
    form.only(*_THRESHOLD)
    if not form.text("filter"):
        form.blame("", "`filter` is missing")
    if not form.has("comparison"):
        form.blame("", f"`comparison` is missing: {' or '.join(_COMPARISONS)}")
    return Metric(
        filter=form.text("filter"),
        comparison=form.word("comparison", _COMPARISONS).removeprefix("COMPARISON_"),
        threshold=form.number("thresholdValue"),
        duration=form.seconds("duration") or 0,
        aggregations=tuple(_aggregation(one) for one in form.parts("aggregations")),
        denominator=form.text("denominatorFilter"),
        denominator_aggregations=tuple(_aggregation(one) for one in form.parts("denominatorAggregations")),
    )


def _aggregation(form: Form) -> Aggregation:
    form.only("alignmentPeriod", "perSeriesAligner", "crossSeriesReducer", "groupByFields")
    return Aggregation(
        form.seconds("alignmentPeriod") or 0,
        form.text("perSeriesAligner"),
        form.text("crossSeriesReducer"),
        form.texts("groupByFields"),
    )


def _foreign(form: Form, kind: str) -> Foreign:
    """What is known of the kinds that deployguard does not write: an absence has a filter of a metric."""
    if kind == "conditionAbsent" and not form.text("filter"):
        form.blame("", "`filter` is missing")
    if kind != "conditionAbsent" and not form.has("query"):
        form.blame("", "`query` is missing")
    return Foreign(kind, form.text("filter") if kind == "conditionAbsent" else "")


_READERS: dict[str, Callable[[Form, str], LogMatch | Metric | Foreign]] = {
    "conditionMatchedLog": _log_match,
    "conditionThreshold": _metric,
}
