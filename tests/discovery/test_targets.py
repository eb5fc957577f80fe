from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.discovery.targets import targets_of


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(target.name, target.trigger, target.marked) for target in targets_of(text.encode())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import functions_framework\n@functions_framework.http\ndef a(r): ...\n", [("a", "http", True)]),
        ("import functions_framework as ff\n@ff.cloud_event\ndef a(e): ...\n", [("a", "event", True)]),
        ("from functions_framework import http as h\n@h\nasync def a(r): ...\n", [("a", "http", True)]),
        (
            "import functions_framework\n@functions_framework.typed(X)\ndef a(x): ...\n"
            "@trace\n@functions_framework.cloud_event\ndef b(e): ...\ndef c(request): ...\n",
            [("a", "http", True), ("b", "event", True)],
        ),
        ("def a(request): ...\n", [("a", "http", False)]),
        ("def a(event, context): ...\n", [("a", "event", False)]),
        ("def a(cloud_event: X) -> None: ...\n", [("a", "event", False)]),
        (
            "def a(file, ctx): ...\ndef b(event, unused_context): ...\n",
            [("a", "event", False), ("b", "event", False)],
        ),
    ],
)
def test_a_function_is_known_by_its_decorator_or_its_signature(
    text: str, expected: list[tuple[str, str, bool]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "def _a(request): ...\n",
        "def a(request, *, x): ...\n",
        "@other\ndef a(request): ...\n",
        "@http\ndef a(r): ...\n",
        "app = Flask(__name__)\ndef a(request): ...\n",
        "class A:\n    def a(self, request): ...\n",
    ],
)
def test_what_only_looks_alike_is_no_target(text: str) -> None:
    assert found(text) == []


def test_what_only_a_trial_run_calls_may_be_the_entry_point() -> None:
    assert found("def serve(request): ...\nif __name__ == '__main__':\n    serve(None)\n") == [
        ("serve", "http", False)
    ]


def test_a_function_that_the_module_calls_is_its_part() -> None:
    assert found("def check(request): ...\ndef serve(request):\n    check(request)\n") == [
        ("serve", "http", False)
    ]


@pytest.mark.parametrize("content", [b"def a(:\n", b"\0", b"\xff\xfe", b"(" * 3000, b"x = '\\d'\ndef a(:"])
def test_what_is_not_python_is_said_as_a_syntax_error(content: bytes) -> None:
    with pytest.raises(SyntaxError):
        targets_of(content)


@given(st.binary(max_size=60))
def test_bytes_give_targets_or_a_syntax_error(content: bytes) -> None:
    try:
        targets = targets_of(content)
    except SyntaxError:
        targets = ()
    assert isinstance(targets, tuple)


def test_the_decorators_of_firebase_mark_a_function() -> None:
    text = (
        "from firebase_functions import https_fn, options, pubsub_fn as events\n"
        "@https_fn.on_request(cors=options.CorsOptions())\ndef serve(request): ...\n"
        "@events.on_message_published(topic='x')\ndef take(event): ...\n"
        "@options.top\ndef other(request): ...\n@https_fn.Response\ndef none(request): ...\n"
    )
    assert found(text) == [("serve", "http", True), ("take", "event", True)]
