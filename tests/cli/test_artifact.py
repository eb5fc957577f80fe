from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import Shell
from tests.repositories import git


def test_every_file_is_listed_with_its_origin(shell: Shell) -> None:
    ran = shell("artifact", "orders")
    assert ran.code == 0
    head, *_ = ran.out.splitlines()
    assert head.startswith("orders: 4 files, fingerprint ")
    assert "shared/rules.py     <- shared/rules.py" in ran.out
    assert "main.py             <- functions/orders/main.py" in ran.out


def test_the_fingerprint_is_that_of_the_check_and_json(shell: Shell) -> None:
    value = shell("artifact", "orders", "--output-format", "json").value
    checked = shell("check", "orders", "--output-format", "json").value
    assert value["fingerprint"] == checked["services"][0]["fingerprint"]
    assert value["launch"]["target"] == "handle"
    assert [file["path"] for file in value["files"]] == sorted(file["path"] for file in value["files"])


def test_what_ignore_files_leave_out_is_listed_on_request(shell: Shell) -> None:
    shell.write("functions/parcels/.gcloudignore", "*.md\n")
    shell.write("functions/parcels/notes.md", "later\n")
    git(shell.folder, "add", ".")
    assert "notes.md" not in shell("artifact", "parcels").out
    assert "notes.md  by functions/parcels/.gcloudignore:1" in shell("artifact", "parcels", "--ignored").out


def test_a_folder_holds_the_files_not_the_links(shell: Shell, tmp_path: Path) -> None:
    (shell.folder / "functions/orders/main.py").chmod(0o755)
    git(shell.folder, "commit", "--quiet", "--all", "--message", "Run it")
    ran = shell("artifact", "orders", "--write", str(tmp_path / "out"))
    assert (ran.code, ran.out) == (0, "")
    rules = tmp_path / "out/shared/rules.py"
    assert not rules.is_symlink()
    assert rules.read_text() == (shell.folder / "shared/rules.py").read_text()
    assert os.access(tmp_path / "out/main.py", os.X_OK)
    assert not os.access(rules, os.X_OK)


def test_what_was_written_starts_in_a_clean_python(shell: Shell, tmp_path: Path) -> None:
    shell("artifact", "orders", "--write", str(tmp_path / "out"))
    subprocess.run(
        ["python3", "-I", "-c", "import sys; sys.path[:0] = ['.']; import shared.rules"],
        cwd=tmp_path / "out",
        check=True,
    )


@pytest.mark.parametrize("name", ["out.zip", "out.tar.gz"])
def test_two_archives_are_the_same_bytes(shell: Shell, tmp_path: Path, name: str) -> None:
    written = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        assert shell("artifact", "orders", "--write", str(folder / name), "--rev", "HEAD").code == 0
        written.append((folder / name).read_bytes())
    assert written[0] == written[1]
    at = tmp_path / "a" / name
    assert sorted(_members(at)) == ["main.py", "requirements.txt", "shared/__init__.py", "shared/rules.py"]


def _members(archive: Path) -> list[str]:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            return zipped.namelist()
    with tarfile.open(archive) as tarball:
        return tarball.getnames()


def test_nothing_is_written_over(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/precious").write_text("keep")
    (tmp_path / "old.zip").write_text("keep")
    (tmp_path / "plain").write_text("keep")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("full", "old.zip", "plain", "link"):
        ran = shell("artifact", "orders", "--write", str(tmp_path / name))
        assert ran.code == 2, name
        assert str(tmp_path / name) in ran.err
    assert (tmp_path / "full/precious").read_text() == "keep"
    assert not (tmp_path / "elsewhere").exists()


def test_a_dangling_link_is_a_problem(shell: Shell) -> None:
    git(shell.folder, "rm", "--quiet", "shared/rules.py")
    ran = shell("artifact", "orders")
    assert ran.code == 1
    assert "problem: functions/orders/shared/rules.py: dangling-link" in ran.out


def test_an_unknown_service_is_bad_usage(shell: Shell) -> None:
    ran = shell("artifact", "order")
    assert ran.code == 2
    assert "did you mean orders?" in ran.err


def test_no_address_is_listed_with_its_password(shell: Shell) -> None:
    shell.write(
        "deployguard.toml",
        '[project]\nid = "sample-project"\n[services.orders]\nkind = "run"\ndockerfile = "Dockerfile"\n',
    )
    shell.write(
        "Dockerfile", "FROM python:3.11\nRUN pip install git+https://ana:hunter2@x.test/a.git#egg=a\n"
    )
    git(shell.folder, "add", ".")
    for form in ("text", "json"):
        ran = shell("artifact", "orders", "--output-format", form)
        assert "git+https://x.test/a.git" in ran.out
        assert "hunter2" not in ran.out + ran.err
