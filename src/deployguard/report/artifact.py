"""What would arrive, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployguard.artifact.fingerprint import fingerprint
from deployguard.model.artifact import Artifact, Install
from deployguard.report.printable import place, printable
from deployguard.requirements.addresses import without_secrets

SCHEMA = 1


def artifact_text(artifact: Artifact, *, ignored: bool = False) -> str:
    """Write what is known of the artifact, then `path  <- origin` for each file; `ignored` adds what is left out."""
    return "".join(f"{line}\n" for line in _lines(artifact, ignored))


def _lines(artifact: Artifact, ignored: bool) -> Iterator[str]:
    launch = artifact.launch
    yield f"{printable(artifact.service)}: {len(artifact.files)} files, fingerprint {fingerprint(artifact)}"
    entry = launch.module or launch.file or "?"
    yield f"runs on {artifact.runtime.name}, started by {launch.by}: {entry}{f', {launch.target}' if launch.target else ''}"
    yield f"imports from {', '.join(root or '(its top)' for root in launch.roots) or 'nowhere known'}"
    yield from (f"installs {_install(each)}" for each in artifact.installs)
    for problem in artifact.problems:
        yield f"problem: {place(*problem.place)}: {problem.kind}: {printable(problem.subject)}{_detail(problem.detail)}"
    for unknown in artifact.unknowns:
        yield f"cannot tell ({unknown.covers}): {place(*unknown.place)}: {printable(unknown.reason)}"
    yield ""
    yield from _aligned((path, "<-", file.origin) for path, file in sorted(artifact.files.items()))
    if ignored:
        yield from ("", "left out:")
        rows = ((path, "by", place(*by)) for path, (_, by) in sorted(artifact.ignored.items()))
        yield from _aligned(rows)


def artifact_json(artifact: Artifact, tree: tuple[str, str | None]) -> str:
    """Write everything that is known of it; environment values are no part of an artifact."""
    import json

    launch = artifact.launch
    value = {
        "schema": SCHEMA,
        "tree": {"kind": tree[0], "sha": tree[1]},
        "service": artifact.service,
        "fingerprint": fingerprint(artifact),
        "runtime": artifact.runtime.name,
        "launch": {
            "by": launch.by,
            "module": launch.module,
            "file": launch.file,
            "target": launch.target,
            "roots": list(launch.roots),
            "needs": list(launch.needs),
        },
        "installs": [
            {
                "kind": each.kind,
                "origin": each.origin,
                "text": without_secrets(each.text),
                "extras": list(each.extras),
            }
            for each in artifact.installs
        ],
        "files": [
            {"path": path, "origin": file.origin, "place": file.place, "mode": file.mode, "blob": file.blob}
            for path, file in sorted(artifact.files.items())
        ],
        "ignored": [
            {"path": path, "origin": origin, "by": by.path, "line": by.line}
            for path, (origin, by) in sorted(artifact.ignored.items())
        ],
        "problems": [
            {"kind": one.kind.value, "subject": one.subject, "path": one.place.path, "line": one.place.line}
            for one in artifact.problems
        ],
        "unknown": [
            {"covers": one.covers, "path": one.place.path, "line": one.place.line, "reason": one.reason}
            for one in artifact.unknowns
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def _install(install: Install) -> str:
    extras = f" [{', '.join(install.extras)}]" if install.extras else ""
    what = {"requirements": "", "constraints": "within "}.get(install.kind, f"{install.kind} ")
    return f"{what}{printable(without_secrets(install.text) or install.origin or '.')}{extras}"


def _detail(detail: str) -> str:
    return f" ({printable(detail)})" if detail else ""


def _aligned(rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    shown = [(printable(left), between, printable(right)) for left, between, right in rows]
    width = max((len(left) for left, _, _ in shown), default=0)
    return (f"{left:<{width}}  {between} {right}" for left, between, right in shown)
