"""Which reader reads what: by the end of a name, and by the first bytes when they say otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

import regex

from index.readers import compressed, html, json_lines, text
from index.readers.item import Reader

HEAD = 4096
"""Bytes from the beginning of a file that `recognise` asks for."""

_HTML = regex.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])",
    regex.IGNORECASE | regex.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: how its names end, how its bytes begin, and who reads it."""

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    begins: Callable[[bytes], bool] = lambda head: False
    guarded: bool = False
    """Whether a parser of others reads it, which gets a process of its own."""


FORMATS = (
    Format("text", (".txt", ".md"), text.read),
    Format("JSON lines", (".jsonl", ".ndjson"), json_lines.read),
    Format("HTML", (".html", ".htm", ".xhtml"), html.read, lambda head: bool(_HTML.search(head)), guarded=True),
)

SUFFIXES = tuple(suffix for kind in FORMATS for suffix in kind.suffixes)
"""The ends of names that Hudhud reads, each also packed."""


def by_name(name: str) -> Format | None:
    """The format that the end of a name says, whether packed or not.

    >>> by_name("day/A.TXT.gz").name
    'text'
    """
    plain = name.lower()
    for packed in compressed.SUFFIXES:
        plain = plain.removesuffix(packed)
    return next((kind for kind in FORMATS if plain.endswith(kind.suffixes)), None)


def by_content(head: bytes) -> Format | None:
    """The format that the first bytes of a file say beyond doubt."""
    return next((kind for kind in FORMATS if kind.begins(head)), None)


def recognise(name: str, head: bytes) -> Format | None:
    """How to read a file: its first bytes win over its name, which a server or a person may have made up."""
    return by_content(head) or by_name(name)
