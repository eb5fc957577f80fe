"""`deployguard rule`: what a rule means, and how to fix what it finds."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show
from deployguard.cli.trees import add_repository_arguments
from deployguard.report.rules import rule_list, rule_pages, rules_as_json
from deployguard.rules.registry import rule_infos, severities
from deployguard.rules.selection import rule_called


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="the rule, by code or name (default: list all)"
    )
    add_repository_arguments(parser)
    parser.add_argument("--all", action="store_true", help="the pages of all rules")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="how to write it")


def run(arguments: argparse.Namespace) -> int:
    rules = rule_infos()
    if arguments.code:
        code = rule_called(arguments.code)
        rules = {code: rules[code]}
    if arguments.output_format == "json":
        show(rules_as_json(rules, severities()))
    elif arguments.code or arguments.all:
        show(rule_pages(rules))
    else:
        show(rule_list(rules, severities()))
    return 0
