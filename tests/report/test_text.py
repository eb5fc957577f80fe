"""What a person reads."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.model.finding import Finding, Severity
from deployguard.model.report import Report, ServiceReport
from deployguard.report.commands import quoted
from deployguard.report.concise import concise, summary_line
from deployguard.report.full import full
from tests.report.samples import PYYAML, REPORTS, RULES, report_of


def test_concise_is_one_line_a_finding() -> None:
    assert concise(report_of("a")) == (
        "shared/config/retry.py:33: DG201 yaml needs PyYAML, which is not declared [a]\n"
        "shared/validation/__init__.py:3: DG101 shared.validation.b is not in the artifact [a]\n"
    )


def test_concise_tells_a_finding_of_many_services_once() -> None:
    lines = concise(report_of(*"fedcba")).splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("not declared (in 6 services: a, b, c, ...)")


def test_concise_says_what_could_not_be_judged() -> None:
    services = tuple(ServiceReport(name, "run", None, 0, unknown=("COPY of $X",)) for name in "ab")
    assert concise(Report("index", None, services)) == "cannot tell: COPY of $X (in 2 services: a, b)\n"


def test_concise_leaves_out_a_line_that_is_not_known_and_shows_a_name_that_is_not_utf8() -> None:
    finding = Finding("DG112", Severity.ERROR, "x", "caf\udce9\x1b[2J.py", 0, "two\nlines", "")
    assert concise(Report("index", None, repository=(finding,))) == (
        "caf\\udce9\\x1b[2J.py: DG112 two\\nlines\n"
    )


def test_nothing_found_is_nothing_said() -> None:
    report = Report("index", None, (ServiceReport("a", "function", "f" * 40, 1),))
    assert concise(report) == full(report, RULES) == ""
    assert summary_line(report) == "no findings in 1 service"


def test_the_summary_counts_what_was_taken_away_and_what_is_not_known() -> None:
    report = replace(report_of("a", "b", unknown=("no history",)), suppressed=3)
    assert summary_line(report) == ("2 errors, 2 warnings in 2 services, 3 suppressed; cannot tell: 1 reason")


def test_full_says_what_where_by_which_chain_and_what_to_type() -> None:
    assert full(report_of("x"), RULES) == (
        "x (function)\n"
        "\n"
        "  error DG101 missing-module: shared.validation.b is not in the artifact\n"
        "    shared/validation/__init__.py:3\n"
        "    by this chain:\n"
        "      main.py:48 imports shared.validation\n"
        "      shared/validation/__init__.py:3 imports shared.validation.b (lazy)\n"
        "    to fix it:\n"
        "      link it beside the others\n"
        "      ln -s ../../../../shared/validation/b.py functions/x/shared/validation/b.py\n"
        "\n"
        "  warning DG201 undeclared-requirement: yaml needs PyYAML, which is not declared\n"
        "    shared/config/retry.py:33\n"
        "    to fix it:\n"
        "      echo 'PyYAML>=6' >> functions/x/requirements.txt\n"
    )


def test_full_colours_only_when_asked() -> None:
    assert "\x1b" not in full(report_of("x"), RULES)
    painted = full(report_of("x"), RULES, colour=True)
    assert "\x1b[31merror DG101 missing-module\x1b[0m: shared" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == full(report_of("x"), RULES)


def test_full_shows_doubts_in_their_service_and_about_the_run() -> None:
    report = Report(
        "index", None, (ServiceReport("x", "run", None, 0, (PYYAML,), ("COPY of $X",)),), (), 0, ("y",)
    )
    text = full(report, {})
    assert "  warning DG201: yaml" in text
    assert "  cannot tell:\n    COPY of $X\n" in text
    assert text.endswith("repository\n\n  cannot tell:\n    y\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["caf\udce9 \x01\x311.py", "it's\n.py", "plain.py", "a b;$(id).py"])
def test_a_command_names_the_file_it_means(tmp_path: Path, name: str) -> None:
    subprocess.run(["bash", "-c", f"touch {quoted(name)}"], cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_a_command_is_one_word(text: str) -> None:
    if text.isprintable():
        assert shlex.split(quoted(text, always=True)) == [text]


@given(REPORTS)
def test_no_finding_can_break_the_screen(report: Report) -> None:
    for text in (concise(report), full(report, RULES), summary_line(report)):
        assert all(line.isprintable() for line in text.split("\n"))
        text.encode("utf-8")
    told = len(concise(report).splitlines())
    assert told <= len(report.found()) + len(report.unknowns())
