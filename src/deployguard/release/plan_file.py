"""A plan on disk: `plan --out FILE`, then `deploy --from FILE` ships exactly that."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from deployguard.model.drift import Commit, Serving
from deployguard.model.errors import UsageError
from deployguard.model.release import Blocker, Plan, PlannedChange, ServicePlan

SCHEMA = 1
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def plan_json(plan: Plan) -> str:
    """Write a plan as JSON; `read_plan` is its inverse."""
    values = {"schema": SCHEMA, **asdict(plan)}
    return json.dumps(values, indent=2, default=lambda moment: moment.isoformat()) + "\n"


def read_plan(path: Path) -> Plan:
    """Read a plan from a file.

    Raises:
        UsageError: it cannot be read, or is no plan of this version.
    """
    try:
        values = json.loads(path.read_bytes())
        if values["schema"] != SCHEMA:
            raise UsageError(f"{path}: is a plan of version {values['schema']}, not {SCHEMA}; make it anew")
        services = tuple(_service(each) for each in values["services"])
        _refuse_edited(values["commit"], [each.name for each in services])
        return Plan(values["project"], values["commit"], services, tuple(values["notes"]))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: is no plan; `deployguard plan --out {path}` writes one") from error


def _refuse_edited(commit: object, names: list[object]) -> None:
    """A plan is of one commit, never of a name that moves."""
    if not (isinstance(commit, str) and _COMMIT.fullmatch(commit)):
        raise ValueError(f"{commit!r} is no commit")
    if not all(isinstance(name, str) for name in names):
        raise TypeError("a name of a service is no text")


def _service(values: dict[str, object]) -> ServicePlan:
    rest = dict(values)
    serving = rest.pop("serving")
    return ServicePlan(
        **{  # type: ignore[arg-type]
            **rest,
            "serving": _serving(serving) if isinstance(serving, dict) else None,
            "commits": tuple(map(_commit, _dicts(rest["commits"]))),
            "changes": tuple(PlannedChange(**each) for each in _dicts(rest["changes"])),
            "blockers": tuple(map(_blocker, _dicts(rest["blockers"]))),
            "notes": tuple(map(str, _dicts(rest.get("notes")))),
        }
    )


def _serving(values: dict[str, str]) -> Serving:
    since = values["since"]
    return Serving(**{**values, "since": datetime.fromisoformat(since) if since else None})  # type: ignore[arg-type]


def _commit(values: dict[str, str]) -> Commit:
    date, via = datetime.fromisoformat(values["date"]), tuple(values["via"])
    return Commit(**{**values, "date": date, "via": via})  # type: ignore[arg-type]


def _blocker(values: dict[str, str]) -> Blocker:
    flags = {name: bool(values[name]) for name in ("unknown", "allowed")}
    return Blocker(**{**values, **flags})  # type: ignore[arg-type]


def _dicts(values: object) -> list[dict[str, str]]:
    return values if isinstance(values, list) else []
