"""Bounds on what one client may ask: the length of an address, the rate of requests, and who the client is."""

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
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
    limiter = Limiter(get_remote_address, default_limits=[rate], storage_uri="memory://", headers_enabled=True)
    limiter.init_app(app)
    for endpoint in _UNLIMITED & set(app.view_functions):
        limiter.exempt(app.view_functions[endpoint])
