"""The page of drift, as a document and as a real browser draws it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from deployguard.model.drift import DriftReport
from deployguard.report.drift_html import drift_html
from tests.browser import DARK, LIGHT, Browser, served
from tests.report.drift_samples import REPORTS, UNHURRIED, morning

# What a person needs of a page, asked from inside it.
_LOOK = """(() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = each => (each /= 255) <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4;
    return .2126 * part(r) + .7152 * part(g) + .0722 * part(b); };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour; }
    return [255, 255, 255]; };
  const contrast = node => {
    const [one, two] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    return (one + .05) / (two + .05); };
  const texts = [...document.body.querySelectorAll('*')].filter(node => node.tagName !== 'SCRIPT' &&
    [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  const seen = texts.filter(node => { const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({visibilityProperty: true}); });
  return {
    width: innerWidth, dark: matchMedia('(prefers-color-scheme: dark)').matches,
    overflow: document.documentElement.scrollWidth - innerWidth,
    outside: seen.filter(node => node.getBoundingClientRect().right > innerWidth + .5).map(n => n.textContent),
    faint: seen.filter(node => contrast(node) < 4.5).map(node => node.textContent),
    small: seen.filter(node => parseFloat(getComputedStyle(node).fontSize) < 12).map(node => node.textContent),
    names: seen.map(node => [...node.childNodes].filter(child => child.nodeType === 3).map(c => c.data).join('')),
    broken: [...document.querySelectorAll('a')].filter(
      a => !document.getElementById(a.getAttribute('href').slice(1))).map(a => a.textContent) }; })()"""


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path / "profile")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "drift.html"
    file.write_text(drift_html(morning()), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_a_browser_shows_all_of_it(browser: Browser, page: Path, width: int, scheme: str) -> None:
    found: dict[str, Any] = browser.asked(page, _LOOK, width, scheme)
    assert (found["width"], found["dark"]) == (width, scheme == DARK)
    assert found["overflow"] <= 0
    nothing: list[str] = []
    assert [found[each] for each in ("outside", "faint", "small", "broken")] == [nothing] * 4
    assert {each.name for each in morning().services} <= set(found["names"])


@pytest.mark.slow
def test_it_asks_for_nothing_else(browser: Browser) -> None:
    with served(drift_html(morning()).encode()) as (address, paths):
        drawn = browser.run("--dump-dom", address)
    assert "phase3-to-phase4-orchestrator" in drawn
    assert paths == ["/page"]


@pytest.mark.slow
def test_its_own_policy_lets_its_style_through_and_no_script(
    browser: Browser, tmp_path: Path, page: Path
) -> None:
    def drawn(text: str) -> bytes:
        page.write_text(text, encoding="utf-8")
        browser.run(f"--screenshot={tmp_path / 'drawn.png'}", "--window-size=600,400", LIGHT, page.as_uri())
        return (tmp_path / "drawn.png").read_bytes()

    whole = drift_html(morning())
    plain = whole.replace(whole[whole.index("<style>") : whole.index("</style>")], "<style>")
    attacked = whole.replace("</body>", "<script>document.body.textContent = 'gone'</script></body>")
    assert drawn(whole) != drawn(plain)
    assert drawn(whole) == drawn(attacked)


def test_it_names_its_language_and_heads() -> None:
    root = ET.fromstring(drift_html(morning()).partition("\n")[2])  # noqa: S314 our own text
    assert root.attrib == {"lang": "en"}
    levels = [int(each.tag[1]) for each in root.iter() if each.tag in {"h1", "h2", "h3"}]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in root.iter("table"):
        assert table.find("caption") is not None
        assert {each.get("scope") for each in table.iter("th")} == {"col", "row"}


@UNHURRIED
@given(REPORTS)
def test_any_text_gives_a_whole_page(report: DriftReport) -> None:
    root = ET.fromstring(drift_html(report).partition("\n")[2])  # noqa: S314 our own text
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert all(" " not in str(each) for each in ids)
    assert {str(each.get("href"))[1:] for each in root.iter("a")} <= set(map(str, ids))


def test_markup_in_a_commit_is_text() -> None:
    assert "<atomically>" not in drift_html(morning())
    assert "&lt;atomically&gt; &amp; logged" in drift_html(morning())
