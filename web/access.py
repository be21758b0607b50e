"""Who may ask what: API keys, kept as hashes, with a scope each.

A keys file has a line for each key, `NAME SCOPE SHA-256`; `hudhud new-key NAME` makes one. Keys are
random and long, so a plain hash keeps them as well as a slow one would.

A key is given as `Authorization: Bearer KEY`; for what only reads, also as the password a browser asks for. Browsers
send a password along with whatever another site makes them ask for, so it starts no rebuild.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, current_app, g, request

from index.errors import SettingsError
from web.errors import problem
from web.settings import WebSettings

SCOPES = ("read", "admin")

_OPEN = ("/api/health", "/static/", "/openapi.json", "/docs", "/opensearch.xml")
"""Answered to anyone: they tell nothing of the documents."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; the key itself is not."""

    name: str
    scope: str
    sha256: str

    def line(self) -> str:
        """The key's line in a keys file."""
        return f"{self.name} {self.scope} {self.sha256}"

    def allows(self, scope: str) -> bool:
        """Whether it opens what a scope opens; `admin` opens all."""
        return self.scope in (scope, "admin")


def new_key(name: str, scope: str) -> tuple[str, Key]:
    """A new key, to be told once, and what is to be kept of it. Raises SettingsError."""
    if scope not in SCOPES:
        raise SettingsError(f"the scope is {scope!r}; expected one of {', '.join(SCOPES)}")
    if not name or name.startswith("#") or any(map(str.isspace, name)):
        raise SettingsError(f"the name is {name!r}; expected one word")
    key = f"hudhud_{secrets.token_urlsafe(32)}"
    return key, Key(name, scope, _digest(key))


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of a file. Raises SettingsError naming the line that is not one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path} cannot be read ({problem}); make keys with: hudhud new-key NAME") from problem
    kept = [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    for number, parts in kept:
        if len(parts) != 3 or parts[1] not in SCOPES or len(parts[2]) != 64:
            raise SettingsError(
                f"{path}, line {number}: expected NAME, {' or '.join(SCOPES)}, and a SHA-256 of 64 digits"
            )
    return tuple(Key(*parts) for _, parts in kept)


def find(keys: Sequence[Key], given: str) -> Key | None:
    """The key that was given, or None. Every key is compared, and each in constant time."""
    digest = _digest(given)
    matching = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
    return matching[0] if matching else None


def register(app: Flask, settings: WebSettings) -> None:
    """Let an application answer only those who may ask."""
    app.extensions["hudhud_keys"] = read_keys(Path(settings.keys_file)) if settings.keys_file else ()
    app.before_request(lambda: _refusal(settings.protect))


def _refusal(protect: str) -> Response | None:
    """None for a request that may be answered, or the answer that says why not."""
    keys: Sequence[Key] = current_app.extensions["hudhud_keys"]
    scope = _needed(request.path, protect, bool(keys))
    if not scope or request.method == "OPTIONS":  # by which a browser asks, before it sends a key, whether it may
        return None
    found = find(keys, _given())
    if found is None:
        refusal = problem(401, "this needs a key; give it as `Authorization: Bearer KEY`")
        kind = "Bearer" if request.path.startswith("/api/") else 'Basic realm="Hudhud", charset="UTF-8"'
        refusal.headers["WWW-Authenticate"] = kind
        return refusal
    if not found.allows(scope):
        return problem(403, f"this needs a key with the scope {scope}, and this one has {found.scope}")
    g.key_name = found.name
    return None


def _needed(path: str, protect: str, has_keys: bool) -> str:
    """The scope that a path needs, or "".

    >>> [_needed(path, "admin", True) for path in ("/api/admin/rebuild", "/status", "/api/search", "/metrics", "/")]
    ['admin', 'admin', '', '', '']
    >>> [_needed(path, "api", True) for path in ("/api/search", "/metrics", "/", "/api/health")]
    ['read', 'read', '', '']
    >>> _needed("/", "all", True), _needed("/api/admin/rebuild", "admin", False), _needed("/status", "admin", False)
    ('read', 'admin', '')
    """
    if path.startswith("/api/admin/") or (path == "/status" and has_keys):
        return "admin"
    if (
        protect == "admin"
        or path.startswith(_OPEN)
        or (protect == "api" and not path.startswith(("/api/", "/metrics")))
    ):
        return ""
    return "read"


def _given() -> str:
    authorization = request.authorization
    if authorization is None:
        return ""
    if authorization.type == "basic":
        return "" if request.path.startswith("/api/admin/") else authorization.password or ""
    return authorization.token or ""


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
