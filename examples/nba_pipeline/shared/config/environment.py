from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


class MissingSetting(Exception):
    """A variable without a default is not set: nothing can run, and guessing would reach the wrong project."""


@dataclass(frozen=True)
class Environment:
    project: str
    documents_url: str
    tables_url: str
    messages_url: str

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Environment:
        values = os.environ if variables is None else variables
        return cls(
            project=_required(values, "GCP_PROJECT_ID"),
            documents_url=values.get("DOCUMENTS_URL", "firestore://"),
            tables_url=values.get("TABLES_URL", "bigquery://"),
            messages_url=values.get("MESSAGES_URL", "pubsub://"),
        )


def _required(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    if not value:
        raise MissingSetting(f"environment variable {name} is not set")
    return value
