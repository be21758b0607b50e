"""`.warc`: a web crawl; its pages are items, named by their addresses."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import regex

from index.errors import LimitExceeded
from index.readers.foreign import extra, foreign
from index.readers.item import Item, OnError, megabytes

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

SUFFIXES = (".warc",)
_PAGES = ("text/html", "application/xhtml+xml")
_CHARSET = regex.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", regex.IGNORECASE)


def pages(item: Item, on_error: OnError) -> Iterator[Item]:
    """The pages that a crawl was answered with, each to be read before the next is asked for.

    A page that is too long is reported. Raises FileDamaged, ReaderMissing.
    """
    with extra(item.path, "web"):
        from warcio.archiveiterator import ArchiveIterator
    archive = ArchiveIterator(item.stream)
    archive.INC_RECORD = ""  # it would print on standard error
    records = iter(archive)
    number = 0
    while True:
        number += 1
        with foreign(item.path, "a web archive"):
            record = next(records, None)
            if record is None:
                return
            page = _page(record, item, number) if _is_page(record) else None
        if isinstance(page, LimitExceeded):
            on_error(page)
        elif page is not None:
            yield page


def is_crawl(head: bytes) -> bool:
    """Whether a file that begins so is a web archive."""
    return head.startswith(b"WARC/")


def _is_page(record: "ArcWarcRecord") -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = record.http_headers.get_header("Content-Type", "").partition(";")[0].strip().lower()
    return record.http_headers.get_statuscode() == "200" and kind in _PAGES


def _page(record: "ArcWarcRecord", item: Item, number: int) -> Item | LimitExceeded:
    path = item.path / f"record {number}"
    data = record.content_stream().read(item.limits.record_bytes + 1)
    if len(data) > item.limits.record_bytes:
        return LimitExceeded(f"{path}: more than {megabytes(item.limits.record_bytes)}, the bound for one document")
    declared = _CHARSET.search(record.http_headers.get_header("Content-Type", ""))
    address = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    return replace(
        item,
        name=address or f"{item.name}#{number}",
        path=path,
        stream=io.BufferedReader(cast(io.RawIOBase, io.BytesIO(data))),
        local=None,
        declared=declared[1] if declared else "",
        url=address,
        suffix=".html",
    )
