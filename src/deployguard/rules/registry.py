"""Every rule, by hand and in order: one number for code, test and page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from deployguard.model.finding import RuleInfo, Severity
from deployguard.rules import (
    dg101_missing_module,
    dg102_dangling_symlink,
    dg103_untracked_dependency,
    dg104_dropped_by_uploader,
    dg105_ignored_but_needed,
    dg106_secret_in_artifact,
    dg107_copy_instead_of_link,
    dg108_link_leaves_repository,
    dg109_shadowed_module,
    dg110_missing_data_file,
    dg111_missing_entry_point,
    dg112_syntax_for_runtime,
    dg113_missing_name,
    dg114_lfs_pointer,
    dg115_missing_source,
    dg116_unreadable_build_file,
    dg121_lazy_missing_module,
    dg122_guarded_missing_module,
    dg201_undeclared_requirement,
    dg202_transitive_requirement,
    dg203_unused_requirement,
    dg204_unknown_provider,
    dg205_unresolvable_requirements,
    dg206_implied_requirement,
    dg207_cli_in_runtime,
    dg221_lazy_undeclared_requirement,
    dg222_guarded_undeclared_requirement,
    dg301_wiping_env_vars,
    dg302_wiping_secrets,
    dg303_no_traffic_step,
    dg304_no_commit_stamp,
    dg305_swallowed_failure,
    dg401_missing_configured_path,
    dg402_unlisted_service,
    dg403_runtime_deprecated,
    dg501_malformed_alert_policy,
    dg502_rate_limit_on_metric,
    dg503_log_match_without_rate_limit,
    dg504_log_filter_in_metric_condition,
    dg505_wrong_resource_type,
    dg506_alert_without_channel,
    dg507_service_without_alert,
)
from deployguard.rules.rule import AlertRule, DatedRule, RepositoryRule, ServiceRule
from deployguard.rules.suppression import REMARKS, UNUSED, WITHOUT_REASON

SERVICE_RULES: tuple[ServiceRule, ...] = (
    dg101_missing_module.RULE,
    dg102_dangling_symlink.RULE,
    dg103_untracked_dependency.RULE,
    dg104_dropped_by_uploader.RULE,
    dg105_ignored_but_needed.RULE,
    dg106_secret_in_artifact.RULE,
    dg107_copy_instead_of_link.RULE,
    dg108_link_leaves_repository.RULE,
    dg109_shadowed_module.RULE,
    dg110_missing_data_file.RULE,
    dg111_missing_entry_point.RULE,
    dg112_syntax_for_runtime.RULE,
    dg113_missing_name.RULE,
    dg114_lfs_pointer.RULE,
    dg115_missing_source.RULE,
    dg116_unreadable_build_file.RULE,
    dg121_lazy_missing_module.RULE,
    dg122_guarded_missing_module.RULE,
    dg201_undeclared_requirement.RULE,
    dg202_transitive_requirement.RULE,
    dg203_unused_requirement.RULE,
    dg204_unknown_provider.RULE,
    dg205_unresolvable_requirements.RULE,
    dg206_implied_requirement.RULE,
    dg207_cli_in_runtime.RULE,
    dg221_lazy_undeclared_requirement.RULE,
    dg222_guarded_undeclared_requirement.RULE,
)

REPOSITORY_RULES: tuple[RepositoryRule, ...] = (
    dg301_wiping_env_vars.RULE,
    dg302_wiping_secrets.RULE,
    dg303_no_traffic_step.RULE,
    dg304_no_commit_stamp.RULE,
    dg305_swallowed_failure.RULE,
    dg401_missing_configured_path.RULE,
    dg402_unlisted_service.RULE,
)

ALERT_RULES: tuple[AlertRule, ...] = (
    dg501_malformed_alert_policy.RULE,
    dg502_rate_limit_on_metric.RULE,
    dg503_log_match_without_rate_limit.RULE,
    dg504_log_filter_in_metric_condition.RULE,
    dg505_wrong_resource_type.RULE,
    dg506_alert_without_channel.RULE,
    dg507_service_without_alert.RULE,
)

DATED_RULES: tuple[DatedRule, ...] = (dg403_runtime_deprecated.RULE,)

ALL_RULES: tuple[ServiceRule | RepositoryRule | AlertRule | DatedRule, ...] = (
    *SERVICE_RULES,
    *REPOSITORY_RULES,
    *DATED_RULES,
    *ALERT_RULES,
)


def rule_infos() -> Mapping[str, RuleInfo]:
    """Return what reports say about each rule, the remarks on suppressions included."""
    return {
        **REMARKS,
        **{rule.code: RuleInfo(rule.name, _summary(rule.page), rule.page) for rule in ALL_RULES},
    }


def severities() -> Mapping[str, Severity]:
    """Return how much a finding of each rule weighs at most, the remarks on suppressions included."""
    remarks = {UNUSED: Severity.WARNING, WITHOUT_REASON: Severity.INFO}
    return {**remarks, **{rule.code: rule.severity for rule in ALL_RULES}}


def chosen(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Return the codes to judge: those on by default or selected by a prefix, without those ignored by one."""
    wanted, unwanted = tuple(select), tuple(ignore)
    by_default = {**dict.fromkeys(REMARKS, True), **{rule.code: rule.default for rule in ALL_RULES}}
    return frozenset(
        code
        for code, default in by_default.items()
        if (code.startswith(wanted) if wanted else default) and not (unwanted and code.startswith(unwanted))
    )


def _summary(page: str) -> str:
    """The first sentence under "What it does"."""
    text = page.partition("## What it does")[2].strip().partition("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<!\.)\. ", text, maxsplit=1)[0].rstrip(".:") + "."
