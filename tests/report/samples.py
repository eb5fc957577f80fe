"""Findings as the first users would meet them, and arbitrary ones."""

from __future__ import annotations

from hypothesis import strategies as st

from deployguard.model.finding import Finding, Fix, RuleInfo, Severity, Step
from deployguard.model.report import Report, ServiceReport

RULES = {
    "DG101": RuleInfo("missing-module", "A module that runs at start-up does not arrive.", "# DG101\n\nWhy."),
    "DG201": RuleInfo("undeclared-requirement", "A distribution is not declared.", "# DG201\n\nWhy."),
}


def missing_module(service: str) -> Finding:
    link = f"functions/{service}/shared/validation/b.py"
    return Finding(
        "DG101",
        Severity.ERROR,
        "shared.validation.b",
        "shared/validation/__init__.py",
        3,
        "shared.validation.b is not in the artifact",
        "link it beside the others",
        (
            Step("main.py", 48, "shared.validation", "module"),
            Step("shared/validation/__init__.py", 3, "shared.validation.b", "lazy"),
        ),
        Fix("link", link, "../../../../shared/validation/b.py"),
    )


PYYAML = Finding(
    "DG201",
    Severity.WARNING,
    "pyyaml",
    "shared/config/retry.py",
    33,
    "yaml needs PyYAML, which is not declared",
    "",
    fix=Fix("append", "functions/x/requirements.txt", "PyYAML>=6"),
)


def report_of(*services: str, unknown: tuple[str, ...] = ()) -> Report:
    return Report(
        "commit",
        "c" * 40,
        tuple(
            ServiceReport(name, "function", "f" * 40, 7, (missing_module(name), PYYAML)) for name in services
        ),
        unknown=unknown,
    )


_ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=12),  # includes lone surrogates and control characters
    st.sampled_from(
        ["]]>", "::error::x", "%0A", "a\r\nb", "\"'&<>", "\x1b[31m", "\udcff.py", "\ud800", "{0}", "\ufffe"]
    ),
)
_STEPS = st.builds(
    Step, _ANY_TEXT, st.integers(0, 9), _ANY_TEXT, st.sampled_from(["module", "lazy", "guarded"])
)
_FIXES = st.builds(
    Fix,
    st.sampled_from(["link", "append", "replace", "advice"]),
    _ANY_TEXT,
    _ANY_TEXT,
    st.integers(0, 9),
    _ANY_TEXT,
)
FINDINGS = st.builds(
    Finding,
    st.sampled_from(["DG101", "DG201", "DG999"]),
    st.sampled_from(Severity),
    _ANY_TEXT,
    _ANY_TEXT,
    st.integers(0, 9),
    _ANY_TEXT,
    _ANY_TEXT,
    st.lists(_STEPS, max_size=2).map(tuple),
    st.none() | _FIXES,
)
_SERVICES = st.builds(
    ServiceReport,
    _ANY_TEXT,
    st.sampled_from(["function", "run"]),
    st.none() | st.just("f" * 40),
    st.integers(0, 9),
    st.lists(FINDINGS, max_size=3).map(tuple),
    st.lists(_ANY_TEXT, max_size=1).map(tuple),
)
REPORTS = st.builds(
    Report,
    st.just("index"),
    st.none(),
    st.lists(_SERVICES, max_size=3, unique_by=lambda service: service.name).map(tuple),
    st.lists(FINDINGS, max_size=2).map(tuple),
    st.integers(0, 3),
    st.lists(_ANY_TEXT, max_size=1).map(tuple),
)
