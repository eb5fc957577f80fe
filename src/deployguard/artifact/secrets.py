"""Which files of an artifact hold secrets, told by their name and, for a few, by their first bytes.

Nothing here returns what a file says: reasons name the kind of secret alone.
"""

from __future__ import annotations

import re

HEAD = 16384  # bytes of a file that are enough to judge it

_TEMPLATES = (
    ".example",
    ".sample",
    ".template",
    ".dist",
    ".defaults",
    ".default",
    ".tmpl",
    ".tpl",
    ".j2",
    ".schema",
)
_KEY_STORES = {"p12": "a PKCS #12 key store", "pfx": "a PKCS #12 key store", "jks": "a Java key store", "keystore": "a Java key store"}  # fmt: skip
_SSH_KEYS = frozenset({"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"})
_BY_CONTENT = frozenset({".npmrc", ".pypirc", ".netrc", "_netrc"})
_ENDINGS = frozenset({"pem", "key", "ppk", "json", "pkcs8", "p8"})
_LISTS = frozenset(
    {"package.json", "package-lock.json", "tsconfig.json", "composer.json", "manifest.json", "firebase.json"}
)
_TRIALS = frozenset({"test", "tests", "testdata", "fixtures"})

_PRIVATE = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(.*?)(?:-----END|\Z)", re.DOTALL
)
_PUTTY = re.compile(rb"\APuTTY-User-Key-File-\d")
_SERVICE_ACCOUNT = re.compile(rb'"type"\s*:\s*"service_account"')
_AUTHORIZED_USER = re.compile(rb'"type"\s*:\s*"authorized_user"')
_JSON_VALUE = rb'"%s"\s*:\s*"((?:[^"\\]|\\.)*)"'
_PRIVATE_KEY = re.compile(_JSON_VALUE % b"private_key", re.DOTALL)
_CLIENT_SECRET = re.compile(_JSON_VALUE % b"client_secret")
_REFRESH_TOKEN = re.compile(_JSON_VALUE % b"refresh_token")
_OAUTH_CLIENT = re.compile(rb'\A\s*\{\s*"(?:installed|web)"\s*:')
_NPM_TOKEN = re.compile(rb"^[^#;\n]*:?_(?:authToken|auth|password)\s*=\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_PASSWORD = re.compile(rb"^[^#\n]*?\bpassword\s*[:=\s]\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_SETTING = re.compile(rb"^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*[\"']?[^\s\"'#]", re.MULTILINE)
# What these tools put into the pages that every browser gets (Vite, Next.js, Create React App, Vue, Nuxt, Expo, Gatsby).
_PUBLISHED = re.compile(
    rb"[ \t]*(?:export[ \t]+)?(?:VITE|NEXT_PUBLIC|REACT_APP|VUE_APP|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|PUBLIC)_"
)
_FAKE = re.compile(
    rb"fake|test|example|dummy|sample|placeholder|redacted|changeme|your[-_ ]|xxxx|\.\.\.|<[a-z]",
    re.IGNORECASE,
)
_SHORTEST_KEY = 100  # characters; an EC key in PEM has some 160, an Ed25519 key 64 and a header of its own
_SHORTEST_SECRET = 8


def may_be_secret(path: str) -> bool:
    """Tell by the name alone whether `secret_reason` could have something to say of a file."""
    name = path.rpartition("/")[2].lower()
    return bool(_by_name(name)) or _is_environment(name) or _needs_content(name)


def needs_content(path: str) -> bool:
    """Tell whether the first `HEAD` bytes are needed to judge a file, or its name says it all."""
    name = path.rpartition("/")[2].lower()
    return not _by_name(name) and (_is_environment(name) or _needs_content(name))


def secret_reason(path: str, head: bytes) -> str | None:
    """Say what kind of secret a file holds; None when none is seen.

    `path` is its path in the artifact, `head` its first bytes (`HEAD` suffice; empty where `needs_content` is false).
    """
    name = path.rpartition("/")[2].lower()
    if reason := _by_name(name):
        return reason
    if _is_environment(name):
        private = (match for match in _SETTING.finditer(head) if not _PUBLISHED.match(match[0]))
        return "environment variables with values" if any(private) else None
    if not _needs_content(name):
        return None
    if name in {".npmrc", ".pypirc", ".netrc", "_netrc"}:
        return _login(name, head)
    if set(path.lower().split("/")[:-1]) & _TRIALS and _FAKE.search(head):
        return None
    return _credentials(head) if name.endswith(".json") else _private_key(head)


def _by_name(name: str) -> str | None:
    return _KEY_STORES.get(name.rpartition(".")[2]) if "." in name.strip(".") else None


def _is_environment(name: str) -> bool:
    is_one = name == ".env" or name.startswith(".env.")
    return is_one and not name.endswith(_TEMPLATES) and not any(f"{end}." in name for end in _TEMPLATES)


def _needs_content(name: str) -> bool:
    ending = name.rpartition(".")[2] if "." in name else ""
    return name in _BY_CONTENT or name in _SSH_KEYS or (ending in _ENDINGS and name not in _LISTS)


def _login(name: str, head: bytes) -> str | None:
    match = (_NPM_TOKEN if name == ".npmrc" else _PASSWORD).search(head)
    if (
        match is None
        or b"${" in match[1]
        or match[1].startswith((b"$", b"%"))
        or _is_fake(match[1], _SHORTEST_SECRET - 4)
    ):
        return None
    return {".npmrc": "an npm token", ".pypirc": "a package index password"}.get(
        name, "a login with its password"
    )


def _private_key(head: bytes) -> str | None:
    if _PUTTY.search(head):
        return "a private key"
    match = _PRIVATE.search(head)
    if match is None or _is_fake(match[1], 60):
        return None
    return "a private key"


def _credentials(head: bytes) -> str | None:
    if _SERVICE_ACCOUNT.search(head):
        match = _PRIVATE_KEY.search(head)
        return None if match is None or _is_fake(match[1], _SHORTEST_KEY) else "a service account key"
    if _AUTHORIZED_USER.search(head):
        match = _REFRESH_TOKEN.search(head)
        return None if match is None or _is_fake(match[1], _SHORTEST_SECRET) else "a user's refresh token"
    if _OAUTH_CLIENT.search(head):
        match = _CLIENT_SECRET.search(head)
        return None if match is None or _is_fake(match[1], _SHORTEST_SECRET) else "an OAuth client secret"
    return None


def _is_fake(value: bytes, shortest: int) -> bool:
    return len(value.strip()) < shortest or bool(_FAKE.search(value[:400]))
