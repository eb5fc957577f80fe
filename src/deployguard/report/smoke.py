"""What smoke found, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployguard.report.printable import place, printable
from deployguard.smoke.verdict import Broken, CannotTell, Fine, Link, Missing, Smoked

SCHEMA = 1


def smoke_text(smoked: Sequence[Smoked]) -> str:
    """Write one line a service, and below it, where it is not fine, everything that helps."""
    return "".join(f"{line}\n" for one in smoked for line in _lines(one))


def _lines(one: Smoked) -> Iterator[str]:
    yield f"{printable(one.service)}: {_headline(one)}"
    yield from (f"  note: {printable(remark)}" for remark in one.remarks)
    verdict = one.verdict
    if isinstance(verdict, Broken):
        for missing in verdict.missing:
            yield f"  missing {printable(missing.name)}{'' if missing.chain else ' (the start command needs it)'}"
            yield from (f"    {_link(link)}" for link in missing.chain)
    if isinstance(verdict, Fine):
        return
    if verdict.traceback:
        yield from (f"  | {printable(line)}" for line in verdict.traceback.splitlines()[-30:])
    if one.output:
        yield "  it wrote:"
        yield from (f"  > {printable(line)}" for line in one.output[-30:])


def _headline(one: Smoked) -> str:
    on = f" (Python {one.python})" if one.python else ""
    match one.verdict:
        case Fine():
            return f"fine{on}"
        case Broken(missing, message):
            counted = f"{len(missing)} missing module{'s' if len(missing) != 1 else ''}"
            return f"broken{on}: {printable(message) or counted}"
        case CannotTell(reason, message):
            return f"cannot tell{on}: {reason}: {printable(message)}"


def _link(link: Link) -> str:
    return f"{place(link.path, link.line)}{f': {printable(link.text)}' if link.text else ''}"


def smoke_json(smoked: Sequence[Smoked], tree: tuple[str, str | None]) -> str:
    """Write everything that was found."""
    import json

    value = {
        "schema": SCHEMA,
        "tree": {"kind": tree[0], "sha": tree[1]},
        "services": [_service(one) for one in smoked],
    }
    return json.dumps(value, indent=2) + "\n"


def _service(one: Smoked) -> dict[str, object]:
    common = {
        "service": one.service,
        "python": one.python or None,
        "remarks": list(one.remarks),
        "output": list(one.output),
    }
    match one.verdict:
        case Fine():
            return {**common, "verdict": "fine"}
        case Broken(missing, message, traceback):
            listed = [_missing(each) for each in missing]
            return {
                **common,
                "verdict": "broken",
                "message": message,
                "missing": listed,
                "traceback": traceback,
            }
        case CannotTell(reason, message, traceback):
            return {
                **common,
                "verdict": "cannot-tell",
                "reason": reason.value,
                "message": message,
                "traceback": traceback,
            }


def _missing(one: Missing) -> dict[str, object]:
    return {"name": one.name, "chain": [link._asdict() for link in one.chain]}
