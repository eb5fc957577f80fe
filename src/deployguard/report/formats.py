"""Every output format of a check, by the name that `--output-format` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deployguard.model.finding import RuleInfo
from deployguard.model.report import Report
from deployguard.report.as_json import as_json
from deployguard.report.concise import concise
from deployguard.report.full import full
from deployguard.report.github import github
from deployguard.report.junit import junit
from deployguard.report.sarif import sarif

Format = Callable[[Report, Mapping[str, RuleInfo], bool], str]
"""A report, the rules by code, and whether to colour: to a text that is empty or ends in a newline."""

FORMATS: dict[str, Format] = {
    "concise": lambda report, _rules, _colour: concise(report),
    "full": lambda report, rules, colour: full(report, rules, colour=colour),
    "json": lambda report, rules, _colour: as_json(report, rules),
    "sarif": lambda report, rules, _colour: sarif(report, rules),
    "github": lambda report, rules, _colour: github(report, rules),
    "junit": lambda report, _rules, _colour: junit(report),
}
