"""Keys are kept as hashes, have a scope, and open what the owner says needs one."""

from base64 import b64encode
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index.errors import SettingsError
from tests.web.conftest import Site
from web.access import Key, find, new_key, read_keys
from web.settings import WebSettings


class Keys:
    """A keys file with a key to read and one of an administrator."""

    def __init__(self, path: Path) -> None:
        self.read, reader = new_key("reader", "read")
        self.admin, owner = new_key("owner", "admin")
        self.path = path
        path.write_text(f"# who may ask\n\n{reader.line()}\n{owner.line()}\n")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def status(client: FlaskClient, address: str, key: str = "") -> int:
    with client.get(address, headers={"Authorization": f"Bearer {key}"} if key else {}) as response:
        return response.status_code


def test_a_key_is_long_random_and_not_kept(keys: Keys) -> None:
    assert len(keys.read) > 40
    assert keys.read != new_key("reader", "read")[0]
    assert keys.read not in keys.path.read_text()
    assert find(read_keys(keys.path), keys.read) == read_keys(keys.path)[0]
    assert find(read_keys(keys.path), keys.read + "x") is None
    assert find((), "") is None


def test_admin_opens_what_read_opens_and_not_the_other_way() -> None:
    assert Key("a", "admin", "").allows("read")
    assert not Key("a", "read", "").allows("admin")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("name read", "line 1: expected NAME, read or admin, and a SHA-256"),
        ("name write " + "0" * 64, "line 1"),
        ("name read abc", "line 1"),
    ],
)
def test_a_line_that_is_no_key_is_named(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "keys").write_text(line)
    with pytest.raises(SettingsError, match=problem):
        read_keys(tmp_path / "keys")


def test_a_missing_file_of_keys_stops_the_server(site: Site, tmp_path: Path) -> None:
    """Rather than leave it open."""
    with pytest.raises(SettingsError, match="hudhud new-key NAME"):
        site.client(keys_file=str(tmp_path / "none"))


def test_without_keys_everyone_may_search(client: FlaskClient) -> None:
    assert status(client, "/api/search?q=a") == status(client, "/?q=a") == 200


def test_an_api_that_needs_a_key(site: Site, keys: Keys) -> None:
    client = site.client(keys_file=str(keys.path), protect="api")
    assert status(client, "/api/search?q=a") == 401
    assert status(client, "/api/search?q=a", "wrong") == 401
    assert status(client, "/api/search?q=a", keys.read) == 200
    assert status(client, "/api/documents/moscow-en") == 401
    assert status(client, "/metrics") == 401
    assert status(client, "/api/health") == status(client, "/?q=a") == status(client, "/api/health/live") == 200
    refused = client.get("/api/search?q=a")
    assert refused.content_type == "application/problem+json"
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_pages_that_need_a_key_take_it_as_a_password(site: Site, keys: Keys) -> None:
    client = site.client(keys_file=str(keys.path), protect="all")
    refused = client.get("/?q=a")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    password = b64encode(f"anyone:{keys.read}".encode()).decode()
    assert client.get("/?q=a", headers={"Authorization": f"Basic {password}"}).status_code == 200
    assert status(client, "/documents/moscow-en") == 401


def test_admin_routes_need_an_admins_key_whatever_else_is_open(site: Site, keys: Keys) -> None:
    client = site.client(keys_file=str(keys.path), sources=("news",))
    assert status(client, "/api/admin/rebuild") == 401
    assert status(client, "/api/admin/rebuild", keys.read) == 403
    assert status(client, "/api/admin/rebuild", keys.admin) == 200


def test_without_sources_there_is_nothing_to_rebuild(site: Site, keys: Keys) -> None:
    client = site.client(keys_file=str(keys.path))
    assert status(client, "/api/admin/rebuild", keys.admin) == 404


def test_without_keys_nobody_is_an_admin(site: Site) -> None:
    client = site.client(sources=("news",))
    assert status(client, "/api/admin/rebuild", "") == 401
    assert client.post("/api/admin/rebuild").status_code == 401


def test_protection_without_keys_is_an_error() -> None:
    with pytest.raises(SettingsError, match="set HUDHUD_KEYS_FILE"):
        WebSettings("folder", protect="all")
    with pytest.raises(SettingsError, match="HUDHUD_PROTECT is 'none'; expected one of admin, api, all"):
        WebSettings("folder", protect="none")


@pytest.mark.parametrize(("name", "scope"), [("", "read"), ("two words", "read"), ("#x", "read"), ("x", "write")])
def test_a_key_needs_a_name_and_a_scope(name: str, scope: str) -> None:
    with pytest.raises(SettingsError):
        new_key(name, scope)


def test_the_owners_page_needs_an_admins_key_once_there_are_keys(site: Site, keys: Keys) -> None:
    """It tells which records were left out, and where they are."""
    assert status(site.client(), "/status") == 200
    client = site.client(keys_file=str(keys.path))
    assert [status(client, "/status", key) for key in ("", keys.read, keys.admin)] == [401, 403, 200]


def test_another_site_cannot_start_a_rebuild_with_a_password_that_the_browser_knows(site: Site, keys: Keys) -> None:
    client = site.client(keys_file=str(keys.path), protect="all", sources=("news",))
    password = {"Authorization": "Basic " + b64encode(f"owner:{keys.admin}".encode()).decode()}
    assert client.get("/?q=a", headers=password).status_code == 200
    assert client.post("/api/admin/rebuild", headers=password).status_code == 401


def test_a_page_of_another_site_may_send_its_key(site: Site, keys: Keys) -> None:
    """Its browser asks first, without the key, whether it may."""
    client = site.client(keys_file=str(keys.path), protect="api", cors_origins=("https://example.org",))
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    asked["Access-Control-Request-Headers"] = "authorization"
    allowed = client.options("/api/search?q=a", headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://example.org"
    assert allowed.headers["Access-Control-Allow-Headers"] == "authorization"
    key = {"Origin": "https://example.org", "Authorization": f"Bearer {keys.read}"}
    assert client.get("/api/search?q=a", headers=key).headers["Access-Control-Allow-Origin"] == "https://example.org"
