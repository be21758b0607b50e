"""What the owner of a server may choose, read from the environment in one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import regex

from index.errors import SettingsError
from search.settings import SearchSettings

_ORIGIN = regex.compile(r"https?://[\w.\-\[\]:]+")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Settings of the server.

    `index`         folder of the index                          HUDHUD_INDEX
    `page_size`     results on a page                            HUDHUD_PAGE_SIZE
    `largest_limit` most hits that one API request may ask for   HUDHUD_LARGEST_LIMIT
    `largest_body`  bytes of a request body                      HUDHUD_LARGEST_BODY
    `largest_batch` most searches in one request                 HUDHUD_LARGEST_BATCH
    `threads`       requests answered at once                    HUDHUD_THREADS
    `cors_origins`  other sites whose pages may ask the API      HUDHUD_CORS_ORIGINS (by commas; `*` is any)
    """

    index: str
    page_size: int = 10
    largest_limit: int = 100
    largest_body: int = 65_536
    largest_batch: int = 50
    threads: int = 4
    cors_origins: tuple[str, ...] = ()
    search: SearchSettings = field(default_factory=SearchSettings)

    @classmethod
    def from_environment(cls, index: str, environment: Mapping[str, str] = os.environ) -> "WebSettings":
        """The settings for an index, with what the environment says. Raises SettingsError."""
        names = ("page_size", "largest_limit", "largest_body", "largest_batch", "threads")
        given = {name: key for name in names if (key := f"HUDHUD_{name.upper()}") in environment}
        numbers: dict[str, Any] = {name: _positive(key, environment[key]) for name, key in given.items()}
        return cls(index, cors_origins=_origins(environment.get("HUDHUD_CORS_ORIGINS", "")), **numbers)


def _positive(key: str, value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise SettingsError(f"{key} is {value!r}; expected a whole number of at least 1")
    return int(value)


def _origins(value: str) -> tuple[str, ...]:
    """The origins parted by commas.

    >>> _origins("https://a.example, http://localhost:3000")
    ('https://a.example', 'http://localhost:3000')
    """
    origins = tuple(part.strip() for part in value.split(",") if part.strip())
    wrong = [origin for origin in origins if origin != "*" and not _ORIGIN.fullmatch(origin)]
    if wrong:
        raise SettingsError(f"HUDHUD_CORS_ORIGINS holds {wrong[0]!r}; expected origins as https://example.org, or *")
    return origins
