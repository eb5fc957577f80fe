"""A plain folder as a source tree."""

from __future__ import annotations

from pathlib import Path

from deployguard.model.entry import EXECUTABLE, LINK, REGULAR
from deployguard.source.folder import folder_tree


def test_files_links_and_modes_are_as_git_would_record_them(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/a.py").write_text("A = 1\n")
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "link").symlink_to("pkg")
    (tmp_path / "dangling").symlink_to("nowhere")
    tree = folder_tree(tmp_path)
    assert {path: entry.mode for path, entry in tree.entries.items()} == {
        "pkg/a.py": REGULAR, "run.sh": EXECUTABLE, "link": LINK, "dangling": LINK,
    }  # fmt: skip
    assert tree.content(tree.entries["pkg/a.py"]) == b"A = 1\n"
    assert tree.link_target("link") == "pkg"
    assert tree.children("") == ("dangling", "link", "pkg", "run.sh")
