"""Which declared distribution provides a module: the verdict on one import.

Evidence, best first: the files that get installed, inventories of the very wheels, the shipped map, the same name. A
false "undeclared" blocks a commit that would have run, so whatever leaves room for doubt is `NotKnown`, with the reason.
"""

from __future__ import annotations

from deployguard.requirements.by_files import judge_by_files
from deployguard.requirements.by_map import judge_by_map
from deployguard.requirements.environment import Environment
from deployguard.requirements.provided import Provided


def judge(here: Environment, module: str) -> Provided:
    """Tell where a dotted module comes from. The caller has set aside the standard library and local modules."""
    if here.files is None:
        return judge_by_map(here, module)
    return judge_by_files(here, here.files, module)
