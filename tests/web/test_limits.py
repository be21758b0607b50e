"""What one client may ask has bounds, each with a status and a sentence."""

import pytest

from index.errors import SettingsError
from search.settings import SearchSettings
from tests.web.conftest import Site


def test_an_address_that_is_too_long_is_not_read(site: Site) -> None:
    client = site.client(longest_address=200)
    assert client.get("/api/search?q=haftar").status_code == 200
    refused = client.get(f"/api/search?q={'a' * 200}")
    assert refused.status_code == 414
    assert refused.content_type == "application/problem+json"
    assert "at most 200 are read, send long queries by POST" in refused.get_json(force=True)["detail"]


def test_a_client_that_asks_too_often_waits(site: Site) -> None:
    client = site.client(rate_limit="3/minute")
    assert [client.get("/api/search?q=a").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/search?q=a")
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_health_and_metrics_are_not_counted(site: Site) -> None:
    client = site.client(rate_limit="1/minute")
    for address in ("/api/health", "/api/health/live", "/metrics"):
        assert {client.get(address).status_code for _ in range(3)} == {200}, address


def test_another_client_is_not_made_to_wait(site: Site) -> None:
    client = site.client(rate_limit="1/minute")
    asked = [client.get("/api/search?q=a", environ_base={"REMOTE_ADDR": who}) for who in ("1.1.1.1", "2.2.2.2")]
    assert [answer.status_code for answer in asked] == [200, 200]


def test_behind_a_trusted_proxy_the_client_is_who_the_proxy_says(site: Site) -> None:
    """And a client that writes the header itself gains nothing."""
    client = site.client(rate_limit="1/minute", trusted_proxies=1)

    def ask(forwarded: str) -> int:
        return client.get("/api/search?q=a", headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("1.1.1.1"), ask("2.2.2.2"), ask("1.1.1.1")] == [200, 200, 429]
    assert ask("9.9.9.9, 2.2.2.2") == 429
    untrusting = site.client(rate_limit="1/minute")
    asked = [untrusting.get("/api/search?q=a", headers={"X-Forwarded-For": who}) for who in ("1.1.1.1", "2.2.2.2")]
    assert [answer.status_code for answer in asked] == [200, 429]


def test_a_rate_that_cannot_be_read_is_named(site: Site) -> None:
    with pytest.raises(SettingsError, match="HUDHUD_RATE_LIMIT is 'often'; expected a rate such as 60/minute"):
        site.client(rate_limit="often")


def test_a_search_that_takes_too_long_is_given_up(site: Site) -> None:
    site.client().get("/api/health")
    client = site.client(search=SearchSettings(time_limit=60))
    client.get("/api/health")
    searcher = client.application.extensions["hudhud"].current()
    object.__setattr__(searcher._settings, "time_limit", 1e-9)
    refused = client.get("/api/search?q=haftar")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "10"
    assert "given up after translate" in refused.get_json(force=True)["detail"]


def test_a_client_with_many_addresses_is_one_client(site: Site) -> None:
    """IPv6 gives each a network of 64 bits."""
    client = site.client(rate_limit="1/minute")

    def ask(address: str) -> int:
        return client.get("/api/search?q=a", environ_base={"REMOTE_ADDR": address}).status_code

    asked = [ask(address) for address in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1", "10.0.0.1")]
    assert asked == [200, 429, 200, 200]


def test_the_end_of_a_minute_lets_no_one_ask_twice_as_often(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any sixty seconds, not only of those that begin with the first request."""
    client = site.client(rate_limit="2/minute")
    now = [0.0]
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0 + now[0])

    def ask(second: float) -> int:
        now[0] = second
        return client.get("/api/search?q=a").status_code

    assert [ask(second) for second in (0, 50, 51, 61, 61, 111)] == [200, 200, 429, 200, 429, 200]
