from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CONFIG_FILE = Path(__file__).with_name("phase3.yaml")


@dataclass(frozen=True)
class Phase3Config:
    tracker: str
    collection: str
    rejected_collection: str
    expected: tuple[str, ...]
    completed_topic: str
    next_phase_topic: str
    claim_seconds: float
    lock_collection: str
    lease_seconds: float


@cache
def phase3_config() -> Phase3Config:
    settings = yaml.safe_load(CONFIG_FILE.read_text(encoding="utf-8"))
    return Phase3Config(
        tracker=settings["tracker"],
        collection=settings["collection"],
        rejected_collection=settings["rejected_collection"],
        expected=tuple(settings["expected"]),
        completed_topic=settings["topics"]["completed"],
        next_phase_topic=settings["topics"]["next_phase"],
        claim_seconds=settings["claim_seconds"],
        lock_collection=settings["lock"]["collection"],
        lease_seconds=settings["lock"]["lease_seconds"],
    )
