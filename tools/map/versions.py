"""Which of a distribution's wheels are read."""

from collections import defaultdict
from collections.abc import Iterable

from tools.map.wheels import Wheel

EARLIER_MAJORS = 3


def chosen(wheels: Iterable[Wheel]) -> dict[str, tuple[Wheel, ...]]:
    """Newest first: the newest release and the newest of each of up to three earlier majors.

    Dependencies move between majors and requirement files pin old ones, so the map is their union. A major of 0
    promises nothing and is taken only when it is the newest. Pre-releases are taken only where nothing else is.
    """
    by_name: dict[str, list[Wheel]] = defaultdict(list)
    for wheel in wheels:
        by_name[wheel.name].append(wheel)
    return {name: _of_one(found) for name, found in by_name.items()}


def _of_one(wheels: list[Wheel]) -> tuple[Wheel, ...]:
    released = [wheel for wheel in wheels if not wheel.version.is_prerelease] or wheels
    newest_first = sorted(released, key=lambda wheel: wheel.version, reverse=True)
    majors: dict[int, Wheel] = {}
    for wheel in newest_first:
        if wheel.version.major > 0 or not majors:
            majors.setdefault(wheel.version.major, wheel)
    return tuple(majors.values())[: EARLIER_MAJORS + 1]
