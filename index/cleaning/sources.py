"""Who published a record, when it does not say so itself."""

from pathlib import PurePath
from urllib.parse import urlsplit

import regex

from index.types import RawDocument

_MIRROR = regex.compile(r"^(?:www\d?|m|mobile|amp)\.")
_PLACE = regex.compile(r", line \d+$")


def source_of(raw: RawDocument) -> str:
    """The record's own source, else the host of its address, else the first folder of a file's path.

    >>> source_of(RawDocument("a", "", url="https://www.courier.example/world/1"))
    'courier.example'
    >>> source_of(RawDocument("courier/2023/a.txt", "", origin="news/courier/2023/a.txt"))
    'courier'
    """
    if raw.source.strip():
        return raw.source
    host = _host(raw.url) if raw.url else ""
    if host:
        return host
    if "/" not in raw.id and "\\" not in raw.id:
        return ""  # no path, which most ids are not
    path = PurePath(raw.id)
    origin = PurePath(_PLACE.sub("", raw.origin))
    # An id that is the end of the file's path is the path within the folder that was indexed.
    if len(path.parts) > 1 and not path.is_absolute() and origin.parts[-len(path.parts) :] == path.parts:
        return path.parts[0]
    return ""


def _host(url: str) -> str:
    try:
        return _MIRROR.sub("", urlsplit(url.strip()).hostname or "")
    except ValueError:
        return ""  # "http://[" and the like
