"""What the owner of a server may choose, read from the environment in one place."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import regex

from index.errors import SettingsError
from search.settings import SearchSettings

PROTECTED = ("admin", "api", "all")

_ORIGIN = regex.compile(r"https?://[\w.\-\[\]:]+")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Settings of the server; the environment names each HUDHUD_ and the name in capitals.

    `index`            folder of the index (given on the command line)
    `page_size`        results on a page
    `largest_limit`    most hits that one API request may ask for
    `largest_body`     bytes of a request body; more is 413
    `longest_address`  characters of an address; more is 414
    `largest_batch`    most searches in one request
    `longest_query`    characters of a query; more is 400
    `deepest_result`   offset and limit together; more is 400
    `time_limit`       seconds after which a search is given up with 503
    `workers`          processes that share the index; rates are counted in each
    `threads`          searches that run at once in each; Python runs one at a time, so more of them mostly wait for it
    `queue`            searches that wait for a thread; more is 503 at once
    `longest_wait`     seconds that a search waits for a thread before it is 503
    `rate_limit`       requests of one client, as "60/minute"; more is 429. "" for no limit
    `trusted_proxies`  proxies before the server whose X-Forwarded-For is believed
    `keys_file`        file of API keys, made by `hudhud new-key`; "" for none
    `protect`          what needs a key: `admin` (its routes alone), `api` (too), or `all` (pages too)
    `sources`          files and folders that POST /api/admin/rebuild indexes, parted by commas; none: no such route
    `cors_origins`     other sites whose pages may ask the API, parted by commas; `*` is any
    `log_queries`      whether the log holds what was searched
    """

    index: str
    page_size: int = 10
    largest_limit: int = 100
    largest_body: int = 65_536
    longest_address: int = 8_000
    largest_batch: int = 50
    workers: int = 1
    threads: int = 1
    queue: int = 32
    longest_wait: float = 5.0
    rate_limit: str = ""
    trusted_proxies: int = 0
    keys_file: str = ""
    protect: str = "admin"
    sources: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    log_queries: bool = False
    search: SearchSettings = field(default_factory=SearchSettings)

    def __post_init__(self) -> None:
        if self.protect not in PROTECTED:
            raise SettingsError(f"HUDHUD_PROTECT is {self.protect!r}; expected one of {', '.join(PROTECTED)}")
        if self.protect != "admin" and not self.keys_file:
            raise SettingsError(f"HUDHUD_PROTECT is {self.protect!r} but there are no keys; set HUDHUD_KEYS_FILE")

    @classmethod
    def from_environment(cls, index: str, environment: Mapping[str, str] = os.environ) -> "WebSettings":
        """The settings for an index, with what the environment says. Raises SettingsError."""
        given: dict[str, Any] = {"search": _search_settings(environment)}
        for name, kind in ((each.name, str(each.type)) for each in fields(cls)):
            key = f"HUDHUD_{name.upper()}"
            if name not in ("index", "search") and key in environment:
                given[name] = _special.get(name, _cast[_plain(kind)])(key, environment[key])
        return cls(index, **given)


def _search_settings(environment: Mapping[str, str]) -> SearchSettings:
    """The limits of a search that the environment names; how it ranks is not a matter of where it runs."""
    given: dict[str, Any] = {
        name: cast(key, environment[key])
        for name, cast in (("longest_query", _whole), ("deepest_result", _whole), ("time_limit", _seconds))
        if (key := f"HUDHUD_{name.upper()}") in environment
    }
    return SearchSettings(**given)


def _plain(kind: str) -> str:
    """The name of a type, however dataclasses give it.

    >>> _plain("int"), _plain("<class 'float'>"), _plain("tuple[str, ...]")
    ('int', 'float', 'tuple')
    """
    return kind.removeprefix("<class '").removesuffix("'>").partition("[")[0]


def _whole(key: str, value: str, least: int = 1) -> int:
    if not value.isdecimal() or int(value) < least:
        raise SettingsError(f"{key} is {value!r}; expected a whole number of at least {least}")
    return int(value)


def _or_none(key: str, value: str) -> int:
    return _whole(key, value, least=0)


def _seconds(key: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 3600:
        raise SettingsError(f"{key} is {value!r}; expected seconds, more than 0")
    return seconds


def _flag(key: str, value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0"):
        raise SettingsError(f"{key} is {value!r}; expected true or false")
    return value.lower() in ("true", "1")


def _list(key: str, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _origins(key: str, value: str) -> tuple[str, ...]:
    origins = _list(key, value)
    wrong = [origin for origin in origins if origin != "*" and not _ORIGIN.fullmatch(origin)]
    if wrong:
        raise SettingsError(f"{key} holds {wrong[0]!r}; expected origins as https://example.org, or *")
    return origins


def _text(key: str, value: str) -> str:
    return value.strip()


_cast: dict[str, Callable[[str, str], Any]] = {
    "int": _whole,
    "float": _seconds,
    "bool": _flag,
    "tuple": _list,
    "str": _text,
}
_special: dict[str, Callable[[str, str], Any]] = {
    "cors_origins": _origins,
    "trusted_proxies": _or_none,
    "queue": _or_none,
}
