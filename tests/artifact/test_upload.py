"""What is uploaded is what the commit holds, in the form that a build reads."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from deployguard.artifact.assemble import artifact_of
from deployguard.artifact.upload import Upload, upload_of
from deployguard.model.errors import UsageError
from deployguard.model.service import Include, Service
from deployguard.source.commit import commit_tree
from deployguard.source.git import open_repository
from tests.repositories import SampleFile, git, make_repository

RUN = Service("orders", "run", dockerfile="deploy/orders/Dockerfile", context="app")
FILES = {
    "deploy/orders/Dockerfile": "FROM python:3.11-slim\nCOPY . /app\nCMD python /app/main.py\n",
    "app/main.py": "import money\n",
    "app/money.py": "",
    "app/secret.env": "KEY=1\n",
    "app/.dockerignore": "*.env\n",
    "elsewhere/big.bin": "x",
}


def repository(folder: Path, files: dict[str, str]) -> Path:
    made = [SampleFile(path, text, None, False) for path, text in files.items()]
    return make_repository(folder, [*made, SampleFile("app/link.py", "", "money.py", False)])


def packed(folder: Path, service: Service) -> Upload:
    tree = commit_tree(open_repository(folder), "HEAD")
    return upload_of(tree, service, artifact_of(tree, service))


def test_a_context_holds_what_the_ignore_file_leaves_and_links_as_links(tmp_path: Path) -> None:
    upload = packed(repository(tmp_path / "r", FILES), RUN)
    with tarfile.open(fileobj=io.BytesIO(upload.content)) as archive:
        names = set(archive.getnames())
        assert archive.getmember("context/link.py").linkname == "money.py"
    assert names == {
        "Dockerfile",
        "Dockerfile.dockerignore",
        "context/.dockerignore",
        "context/main.py",
        "context/money.py",
        "context/link.py",
    }


def test_a_context_holds_what_is_staged_in_it(tmp_path: Path) -> None:
    includes = (Include("elsewhere", "near"), Include("deploy", "deploy"), Include("app/money.py", "main.py"))
    upload = packed(repository(tmp_path / "r", FILES), replace(RUN, include=includes))
    with tarfile.open(fileobj=io.BytesIO(upload.content)) as archive:
        assert {"context/near/big.bin", "context/deploy/orders/Dockerfile"} <= set(archive.getnames())
        main = archive.extractfile("context/main.py")
        assert main is not None
        assert main.read() == b"import money\n"


def test_an_uncommitted_change_does_not_ship_and_two_clones_pack_the_same(tmp_path: Path) -> None:
    first = packed(repository(tmp_path / "r", FILES), RUN)
    (tmp_path / "r/app/main.py").write_text("import nothing\n")
    git(tmp_path, "clone", "--quiet", "r", "s")
    assert packed(tmp_path / "r", RUN) == first == packed(tmp_path / "s", RUN)


def test_what_only_an_earlier_stage_copies_changes_the_name(tmp_path: Path) -> None:
    staged = "FROM python:3.11 AS b\nCOPY tool.c /t.c\nFROM python:3.11\nCOPY main.py .\nCMD python main.py\n"
    files = {**FILES, "deploy/orders/Dockerfile": staged, "app/tool.c": "1"}
    first = packed(repository(tmp_path / "a", files), RUN)
    second = packed(repository(tmp_path / "b", {**files, "app/tool.c": "2"}), RUN)
    assert first.name != second.name


def test_a_function_is_a_zip_with_links_followed(tmp_path: Path) -> None:
    function = Service("orders", "function", source="app")
    upload = packed(repository(tmp_path / "r", {**FILES, "app/requirements.txt": ""}), function)
    with zipfile.ZipFile(io.BytesIO(upload.content)) as archive:
        assert {"main.py", "link.py", "requirements.txt"} <= set(archive.namelist())
    assert upload.name.startswith("sources/orders/")


def test_a_buildpack_service_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="write a Dockerfile"):
        packed(repository(tmp_path / "r", FILES), Service("orders", "run", source="app"))
