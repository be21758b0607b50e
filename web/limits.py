"""Bounds on what one client may ask: the length of an address, the rate of requests, and who the client is."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, request
from flask_limiter import Limiter
from limits import parse_many
from werkzeug.middleware.proxy_fix import ProxyFix

from index.errors import SettingsError
from web.errors import problem
from web.settings import WebSettings

_UNLIMITED = {"static", "api.health", "api.alive", "metrics"}


def register(app: Flask, settings: WebSettings) -> None:
    """Hold the clients of an application to the limits of its settings."""
    if settings.trusted_proxies:
        # Only as many hops as there are proxies of ours: what lies before them, a client may write itself.
        trusted = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    app.before_request(lambda: _too_long(settings.longest_address))
    if settings.rate_limit:
        _limit_rate(app, settings.rate_limit)


def _too_long(longest: int) -> Response | None:
    length = len(request.full_path)
    if length <= longest:
        return None
    return problem(414, f"the address has {length} characters; at most {longest} are read, send long queries by POST")


def _limit_rate(app: Flask, rate: str) -> None:
    try:
        parse_many(rate)
    except ValueError as unread:
        raise SettingsError(f"HUDHUD_RATE_LIMIT is {rate!r}; expected a rate such as 60/minute") from unread
    limiter = Limiter(
        lambda: client(request.remote_addr or ""),
        default_limits=[rate],
        # A window that moves: where each begins when the last one ends, a client may ask twice as often in between.
        strategy="moving-window",
        storage_uri="memory://",
        headers_enabled=True,
    )
    limiter.init_app(app)
    for endpoint in _UNLIMITED & set(app.view_functions):
        limiter.exempt(app.view_functions[endpoint])


def client(address: str) -> str:
    """Whose requests are counted together: of IPv6 a whole network of 64 bits, since one client has so many addresses.

    >>> client("203.0.113.7"), client("2001:db8:0:1:aaaa::7"), client("::ffff:203.0.113.7"), client("unknown")
    ('203.0.113.7', '2001:db8:0:1::/64', '203.0.113.7', 'unknown')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
