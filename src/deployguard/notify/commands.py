"""Many commands that differ in their subject alone, said as one."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 12


def merged(fixes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the commands that mend all subjects, each once, in the order of the first that needs it.

    `fixes` are pairs of a subject and its command ("" for none). `deployguard deploy a` and `deployguard deploy b`
    become one; a command that does not end in its subject stays as it is.
    """
    stems: dict[str, list[str]] = {}
    for subject, fix in fixes:
        stem = fix.removesuffix(f" {subject}")
        stems.setdefault(stem, []).extend([subject] if stem != fix else [])
    return tuple(line for stem, subjects in stems.items() if stem for line in _lines(stem, subjects))


def _lines(stem: str, subjects: list[str]) -> list[str]:
    if not subjects:
        return [stem]
    parts = [subjects[at : at + _MOST] for at in range(0, len(subjects), _MOST)]
    return [" ".join([stem, *dict.fromkeys(part)]) for part in parts]
