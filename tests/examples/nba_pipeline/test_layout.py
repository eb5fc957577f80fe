"""The shape that makes the example worth copying."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

from data_processors.analytics.processors import PROCESSORS
from shared.config.phase3_config import Phase3Config

from tests.examples.nba_pipeline.servers import EXAMPLE, FUNCTION, image_artifact

FARM = EXAMPLE / FUNCTION / "shared"
LINKS = sorted(path for path in FARM.rglob("*") if path.is_symlink())


def test_the_farm_is_a_folder_of_relative_links_to_the_same_place_in_shared() -> None:
    assert FARM.is_dir()
    assert not FARM.is_symlink()
    assert LINKS
    for link in LINKS:
        assert not link.readlink().is_absolute(), link
        assert link.resolve() == EXAMPLE / "shared" / link.relative_to(FARM)
    others = [path for path in FARM.rglob("*") if not path.is_symlink() and path.parent not in LINKS]
    assert [path for path in others if path.is_file() and "__pycache__" not in path.parts] == []


def test_every_linked_package_has_its_init() -> None:
    folders = {FARM, *(link.parent for link in LINKS)}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_one_link_is_a_folder_and_most_are_files() -> None:
    assert [link.name for link in LINKS if link.is_dir()] == ["documents"]


def test_git_keeps_them_as_links() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-s", "."], cwd=FARM, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    modes = {line.partition("\t")[2]: line.split()[0] for line in listed}
    assert modes == {str(link.relative_to(FARM)): "120000" for link in LINKS}


def test_the_image_has_all_that_the_service_is_made_of(tmp_path: Path) -> None:
    copied = {str(file.relative_to(tmp_path)) for file in image_artifact(tmp_path).rglob("*.yaml")}
    assert copied == {"shared/config/phase3.yaml"}
    dockerfile = (EXAMPLE / "data_processors/analytics/Dockerfile").read_text()
    assert "COPY shared/ shared/\n" in dockerfile
    assert "COPY data_processors/ data_processors/\n" in dockerfile


def test_the_lists_of_processors_agree(config: Phase3Config) -> None:
    deployguard = tomllib.loads((EXAMPLE / "deployguard.toml").read_text())
    tracker = deployguard["trackers"][config.tracker]
    names = [kind.name for kind in PROCESSORS]
    assert names == list(config.expected) == tracker["expected"]
    assert tracker["collection"] == config.collection
    assert tracker["next"]["topic"] == config.next_phase_topic
    function = deployguard["services"]["phase3-to-phase4-orchestrator"]
    assert function["trigger"]["topic"] == config.completed_topic


def test_the_list_of_services_names_what_is_there() -> None:
    services = tomllib.loads((EXAMPLE / "deployguard.toml").read_text())["services"]
    function = services["phase3-to-phase4-orchestrator"]
    assert f"def {function['entry-point']}(" in (EXAMPLE / function["source"] / "main.py").read_text()
    assert (EXAMPLE / services["nba-phase3-analytics-processors"]["dockerfile"]).is_file()


def test_the_claim_outlives_a_slow_publish(config: Phase3Config) -> None:
    assert config.claim_seconds > 20
