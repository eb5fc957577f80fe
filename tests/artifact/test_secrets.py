from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployguard.artifact.secrets import may_be_secret, needs_content, secret_reason

_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7" * 4
_PEM = f"-----BEGIN PRIVATE KEY-----\n{_BODY}\n-----END PRIVATE KEY-----\n"


def _account(key: str) -> str:
    return json.dumps({"type": "service_account", "project_id": "p", "private_key": key})


BAD = {
    "environment": (".env", "A=b\n", "environment variables with values"),
    "environment with more than what browsers get": (".env.local", "VITE_API=https://x\nTOKEN=x\n", "environment variables with values"),
    "environment of a stage": ("app/.env.production", "export TOKEN='x'\n", "environment variables with values"),
    "private key": ("certs/server.pem", _PEM, "a private key"),
    "RSA key": ("k.key", _PEM.replace("PRIVATE", "RSA PRIVATE"), "a private key"),
    "SSH key": ("id_rsa", _PEM.replace("PRIVATE", "OPENSSH PRIVATE"), "a private key"),
    "key after a certificate": ("a.pem", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n" + _PEM, "a private key"),
    "service account": ("conf/sa.json", _account(_PEM), "a service account key"),
    "OAuth client": (
        "credentials.json",
        '{"installed": {"client_id": "1", "client_secret": "GOCSPX-abcdefgh"}}',
        "an OAuth client secret",
    ),
    "user credentials": (
        "adc.json",
        '{"type": "authorized_user", "refresh_token": "1//0abcdefghij"}',
        "a user's refresh token",
    ),
    "key store": ("a.p12", "", "a PKCS #12 key store"),
    "java store": ("a.JKS", "", "a Java key store"),
    "npm": (".npmrc", "//registry.npmjs.org/:_authToken=npm_abcdefgh\n", "an npm token"),
    "pypi": (".pypirc", "[pypi]\nusername = __token__\npassword = pypi-abcdefgh\n", "a package index password"),
    "netrc": (".netrc", "machine x login y password hunter22\n", "a login with its password"),
}  # fmt: skip

GOOD = {
    "template": (".env.example", "A=b\n"),
    "what every browser gets": (
        "web/.env.production",
        "# here\nVITE_API=https://x\nexport NEXT_PUBLIC_B='c'\n",
    ),
    "sample of a stage": (".env.sample.local", "A=b\n"),
    "names alone": (".env", "# A=b\nA=\nB=''\n"),
    "certificate": ("a.pem", "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"),
    "public key": ("a.pem", "-----BEGIN PUBLIC KEY-----\nMIIC\n-----END PUBLIC KEY-----\n"),
    "short key": ("tests/a.pem", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n"),
    "fake account": (
        "tests/sa.json",
        _account("-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----"),
    ),
    "account with an ellipsis": ("sa.json", _account("-----BEGIN PRIVATE KEY-----..." + "x" * 200)),
    "account without its key": ("sa.json", '{"type": "service_account"}'),
    "other json": ("data.json", '{"client_secret": "abcdefghijkl"}'),
    "npm by variable": (".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nengine-strict=true\n"),
    "pypi without password": (".pypirc", "[pypi]\nusername = __token__\n"),
    "python": ("env.py", _PEM),
}


@pytest.mark.parametrize(("path", "head", "reason"), BAD.values(), ids=BAD.keys())
def test_finds(path: str, head: str, reason: str) -> None:
    assert may_be_secret(path)
    assert secret_reason(path, head.encode()) == reason


@pytest.mark.parametrize(("path", "head"), GOOD.values(), ids=GOOD.keys())
def test_leaves_alone(path: str, head: str) -> None:
    assert secret_reason(path, head.encode()) is None


@pytest.mark.parametrize(
    ("path", "asks", "content"),
    [
        ("main.py", False, False),
        ("a.p12", True, False),
        (".env", True, True),
        ("x/sa.json", True, True),
        ("package.json", False, False),
        ("README", False, False),
    ],
)
def test_few_contents_are_needed(path: str, asks: bool, content: bool) -> None:
    assert (may_be_secret(path), needs_content(path)) == (asks, content)


@given(
    st.sampled_from([".env", "a.pem", "a.json", ".npmrc", ".netrc", "id_rsa", "x"]), st.binary(max_size=200)
)
def test_any_bytes_give_a_fixed_reason(path: str, head: bytes) -> None:
    reason = secret_reason(path, head)
    known = {expected for *_, expected in BAD.values()}
    assert reason is None or reason in known
