"""Which index is asked: uv's settings, pip's variables and files, and the requirements file."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployguard.model.place import Place
from deployguard.requirements.addresses import without_secrets
from deployguard.requirements.declared import IndexOption
from deployguard.requirements.resolving.indexes import (
    Indexes,
    UnknownVariableError,
    indexes_here,
    with_options,
)
from deployguard.requirements.resolving.uv import environment


def option(name: str, value: str = "") -> IndexOption:
    return IndexOption(name, value, Place("requirements.txt", 1))


def test_pips_files_and_variables_are_handed_on(tmp_path: Path) -> None:
    conf = tmp_path / "home" / ".config" / "pip" / "pip.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text(
        "[global]\nindex-url = http://one.test/simple\nextra-index-url = http://two.test/s\n  http://three.test/s\n"
    )
    given = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_DIRS": str(tmp_path)}

    here = indexes_here(given)

    assert here.default == "http://one.test/simple"
    assert here.extra == ("http://two.test/s", "http://three.test/s")
    assert indexes_here(given | {"PIP_INDEX_URL": "http://four.test/s"}).default == "http://four.test/s"
    assert indexes_here(given | {"UV_DEFAULT_INDEX": "http://five.test/s"}).default == "http://five.test/s"
    assert indexes_here(given | {"PIP_CONFIG_FILE": "/dev/null"}) == Indexes()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"index-url = x", b"[global\n"])
def test_a_broken_file_of_pip_is_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pip.conf").write_bytes(content)
    given = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_DIRS": str(tmp_path),
        "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"),
    }
    assert indexes_here(given) == indexes_here({"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path)})


def test_a_requirements_file_replaces_the_index_and_adds_others() -> None:
    here = Indexes("http://one.test/s", ("http://two.test/s",))
    options = [
        option("--index-url", "http://u:${TOKEN}@own.test/s"),
        option("--extra-index-url", "http://more.test/s"),
    ]

    found = with_options(here, options, {"TOKEN": "t0p"})

    assert found.variables() == {
        "UV_DEFAULT_INDEX": "http://u:t0p@own.test/s",
        "UV_INDEX": "http://two.test/s http://more.test/s",
    }
    assert found.secrets == {"own.test": ("u", "t0p")}
    with pytest.raises(UnknownVariableError, match="needs TOKEN"):
        with_options(here, options, {})


def test_uv_gets_no_credentials_of_the_cloud() -> None:
    given = {
        "PATH": "/bin",
        "GOOGLE_APPLICATION_CREDENTIALS": "k.json",
        "AWS_SECRET_ACCESS_KEY": "x",
        "https_proxy": "p",
    }
    found = environment(given, Indexes("http://one.test/s"))
    assert found == {
        "PATH": "/bin",
        "https_proxy": "p",
        "UV_HTTP_RETRIES": "1",
        "UV_DEFAULT_INDEX": "http://one.test/s",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "1",
        "UV_NATIVE_TLS": "1",
    }


def test_passwords_leave_every_text() -> None:
    assert (
        without_secrets("cannot fetch https://u:p@host/x and http://t@h")
        == "cannot fetch https://host/x and http://h"
    )
