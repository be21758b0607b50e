"""A record (a JSON object, a row of a table) → a raw document, by the names of its fields."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import regex

from index.types import RawDocument

# The name that counts comes first; the others are taken for it when it is missing.
_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "_id", "guid", "url"),
    "text": (
        *("text", "body", "content", "article", "articlebody", "articletext", "fulltext", "maintext", "contenttext"),
        *("story", "document", "النص", "نص", "المحتوى", "متن", "مواد"),
    ),
    "title": ("title", "headline", "heading", "العنوان", "عنوان", "سرخی"),
    "language": ("language", "lang", "locale", "اللغة", "زبان"),
    "url": ("url", "link", "href", "permalink", "uri", "الرابط", "رابط", "لنک"),
    "date": (
        *("date", "published", "publishedat", "publisheddate", "publicationdate", "pubdate", "datepublished"),
        *("datetime", "timestamp", "created", "createdat", "التاريخ", "تاريخ", "تاریخ"),
    ),
    "source": ("source", "publisher", "outlet", "site", "sitename", "newspaper", "المصدر", "مصدر", "ماخذ"),
}
_SEPARATORS = regex.compile(r"(?<=.)[\s_-]+")


class BadRecord(ValueError):
    """What is wrong with a record, without its place."""


def columns(names: Iterable[str]) -> dict[str, list[str]]:
    """Which names of a table or an object hold which field of a document, best first.

    >>> columns(["Headline", "body", "pub_date", "n"])["title"]
    ['Headline']
    """
    return _columns(tuple(names))


@lru_cache(maxsize=256)  # the records of one file have the same fields
def _columns(names: tuple[str, ...]) -> dict[str, list[str]]:
    written: dict[str, str] = {}
    for name in names:
        written.setdefault(_plain(name), name)
    return {field: [written[alias] for alias in aliases if alias in written] for field, aliases in _NAMES.items()}


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name.strip().lower())


def document(record: Mapping[str, Any], name: str, origin: str, strict: bool = False, digest: str = "") -> RawDocument:
    """The document in a record. Raises BadRecord.

    `name` is its id when it brings none. A `strict` record, such as one of JSON, has to have
    strings where the contract says so; in others, a cell of a table is written out.
    """
    known = columns(record)
    text = _text(record, known["text"])
    values: dict[str, Any] = {
        field: _value(record, known[field], field, strict) for field in _NAMES if field not in ("id", "text")
    }
    identity = _identity(record, known["id"], strict) or name
    return RawDocument(id=identity, text=text, origin=origin, digest=digest, **values)


def _text(record: Mapping[str, Any], names: list[str]) -> str:
    for name in names:
        if isinstance(record[name], str):
            return storable(record[name])
    found = ", ".join(map(repr, list(record)[:20])) or "nothing"
    raise BadRecord(
        f'no "text" (or "body", "content" …); expected a string with the words of the document, found {found}'
    )


def _identity(record: Mapping[str, Any], names: list[str], strict: bool) -> str:
    for name in names:
        value = record[name]
        plain = _plain(name)
        if plain in ("guid", "url") and not isinstance(value, str | int):
            continue
        if value is None and not strict:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int) or (strict and value == "" and plain == "id"):
            if not strict:
                return storable(str(value))
            raise BadRecord(f'"{name}" is {value!r}; expected a string or a whole number')
        if value != "":
            return storable(str(value))
    return ""


def _value(record: Mapping[str, Any], names: list[str], field: str, strict: bool) -> str:
    for name in names:
        value = record[name]
        if value is None or value == "":
            continue
        if isinstance(value, str):
            return storable(value)
        if isinstance(value, date):
            return value.isoformat()
        if strict and name == field:
            raise BadRecord(f'"{name}" is {value!r}; expected a string')
        if not strict:
            return storable(str(value))
    return ""


def storable(text: str) -> str:
    """The text with lone surrogates, halves of an emoji cut in two, as question marks: they have no UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
