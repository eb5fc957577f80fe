"""Where what is remembered lies: never in the repository, and nowhere for who has no place."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.source.cache import cache_folder


@pytest.mark.parametrize("base", ["", "relative/cache", "\n"])
def test_a_cache_that_is_not_named_in_full_lies_in_the_home(
    base: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DEPLOYGUARD_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", base)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache/deployguard"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "named"))
    assert cache_folder() == tmp_path / "named/deployguard"


def test_who_has_no_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("DEPLOYGUARD_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert not cache_folder().parent.is_dir()
