from __future__ import annotations

import pytest

from deployguard.model.amounts import cpus, memory_bytes, seconds


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        (90, 90),
        ("90", 90),
        ("90s", 90),
        ("1h30m", 5400),
        ("2d", 172800),
        ("soon", None),
        ("5x", None),
        ("", None),
    ],
)
def test_seconds(amount: object, wanted: float | None) -> None:
    assert seconds(amount) == wanted


@pytest.mark.parametrize(
    ("amount", "wanted"), [(1, 1), ("1000m", 1), ("0.5", 0.5), ("500m", 0.5), ("many", None)]
)
def test_cpus(amount: object, wanted: float | None) -> None:
    assert cpus(amount) == wanted


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        ("512Mi", 512 * 1024**2),
        ("1Gi", 1024**3),
        ("1024Mi", 1024**3),
        ("1G", 10**9),
        ("7", 7),
        ("much", None),
    ],
)
def test_memory(amount: object, wanted: float | None) -> None:
    assert memory_bytes(amount) == wanted
