from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.rules.scripts.calls import MAKE, MARKDOWN, PYTHON, SHELL, YAML, revived
from deployguard.rules.scripts.read import deploy_scripts, may_deploy, script_facts, script_kind
from deployguard.source.blobs import Blobs
from tests.trees import Link, tree_of

_KINDS = (SHELL, YAML, MAKE, PYTHON, MARKDOWN)
_PIECES = [
    b"gcloud", b"run", b"deploy", b"--set-env-vars", b"A=b", b"|| true", b"\n", b"  ", b"- ", b"\t", b"run: |", b"args: [",
    b"]", b"```sh\n", b"```", b"$X", b"X=", b"$(", b")", b"'", b'"', b"\\\n", b"<<E", b"{", b"}", b"if", b"fi", b"`", b"import",
    b"subprocess.run([", b"\xff", b"\0", b"X+=(", b"eval", b"bash -c", b"> ", b":", b"#",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("deploy.sh", SHELL),
        ("a/cloudbuild.yaml", YAML),
        (".gitlab-ci.yml", YAML),
        ("Makefile", MAKE),
        ("mk/deploy.mk", MAKE),
        ("tools/deploy.py", PYTHON),
        ("README.md", MARKDOWN),
        ("bin/deploy", SHELL),
        ("src/deploy", None),
        ("bin/data.json", None),
        ("tests/deploy.sh", None),
        ("e2e_test.py", None),
        ("vendor/x/Makefile", None),
    ],
)
def test_kind_by_path(path: str, kind: str | None) -> None:
    assert script_kind(path) == kind


@pytest.mark.parametrize(
    ("content", "reads"),
    [
        (b"gcloud run deploy", True),
        (b"deployguard check", True),
        (b"echo", False),
        (b"\0gcloud", False),
        (b"gcloud" + b" " * (1 << 20), False),
    ],
)
def test_cheap_look(content: bytes, reads: bool) -> None:
    assert may_deploy(content) is reads


@dataclass
class _Counted:
    below: Blobs
    asked: list[list[str]] = field(default_factory=list)

    def read(self, wanted: Iterable[str]) -> dict[str, bytes | None]:
        ids = list(wanted)
        self.asked.append(ids)
        return self.below.read(ids)


def test_one_request_for_what_may_be_a_script_alone() -> None:
    made = tree_of(
        {
            "deploy.sh": "gcloud run deploy x\n",
            "data.csv": "gcloud",
            "app.py": "x = 1\n",
            "link.sh": Link("deploy.sh"),
        }
    )
    counted = _Counted(made.blobs)
    tree = replace(made, blobs=counted)
    assert [script.path for script in deploy_scripts(tree)] == ["deploy.sh"]
    assert deploy_scripts(tree) is deploy_scripts(tree)
    assert counted.asked == [[made.entries["app.py"].blob, made.entries["deploy.sh"].blob]]


def test_a_missing_blob_is_passed_over() -> None:
    made = tree_of({"deploy.sh": "gcloud run deploy never-read-before\n"})
    tree = replace(made, blobs=tree_of({}).blobs)
    assert deploy_scripts(tree) == ()


@pytest.mark.parametrize("kind", _KINDS)
def test_crlf_keeps_lines(kind: str) -> None:
    texts = {
        SHELL: "gcloud run deploy x \\\r\n --set-env-vars A=b\r\n",
        YAML: "args: [gcloud,\r\n run, deploy, x, --set-env-vars, A=b]\r\n",
        MAKE: "a:\r\n\tgcloud run deploy x --set-env-vars A=b\r\n",
        PYTHON: "import os\r\nos.system('gcloud run deploy x --set-env-vars A=b')\r\n",
        MARKDOWN: "```sh\r\ngcloud run deploy x --set-env-vars A=b\r\n```\r\n",
    }
    (call,) = script_facts(texts[kind].encode(), kind).calls
    assert [word.line for word in call.words if word.text == "--set-env-vars"] == [2]


@given(st.lists(st.sampled_from(_PIECES), max_size=40), st.sampled_from(_KINDS))
def test_any_script_gives_facts_that_survive_json(pieces: list[bytes], kind: str) -> None:
    content = b"".join(pieces)
    facts = script_facts(content, kind)
    assert revived(json.loads(json.dumps(facts))) == facts
    last = content.count(b"\n") + 1
    assert all(0 < word.line <= last for call in facts.calls for word in call.words)


@given(st.binary(max_size=200), st.sampled_from(_KINDS))
def test_any_bytes_give_facts(content: bytes, kind: str) -> None:
    assert script_facts(content, kind).kind == kind


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize(
    "piece",
    ["gcloud run deploy x || ", "$(", "[", "- ", "{", "a: ", "if gcloud list; then\n", 'X="$X $X"\n', "set +e\ngcloud run deploy x && ", "(", "`", "'"],
)  # fmt: skip
def test_long_and_deep_texts_end(kind: str, piece: str) -> None:
    text = piece * (min(2000, sys.getrecursionlimit() * 2)) + "gcloud $X\n"
    assert script_facts(text.encode(), kind).kind == kind
