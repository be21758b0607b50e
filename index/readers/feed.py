"""RSS and Atom files: each entry is a document."""

import io
from collections.abc import Iterator
from time import strftime
from typing import Any

import regex

from index.errors import FileDamaged
from index.readers.declared import believed
from index.readers.foreign import extra, foreign
from index.readers.html import parse_markup, plain_text
from index.readers.item import Item, OnError
from index.readers.records import storable
from index.types import RawDocument

_BEGINS = regex.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)[\s>]", regex.DOTALL
)


def begins(head: bytes) -> bool:
    """Whether a file that begins so is a feed."""
    return bool(_BEGINS.search(head.replace(b"\x00", b"")))


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The entries of a feed. Raises FileDamaged, LimitExceeded, ReaderMissing."""
    with extra(item.path, "web"):
        import feedparser
    data = item.whole()
    headers = {"content-type": f"application/xml; charset={item.declared}"} if item.declared else {}
    with foreign(item.path, "a feed"):
        feed = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        entries = feed.entries
    if not entries and (feed.bozo or not feed.version):
        raise FileDamaged(f"{item.path}: not an RSS or Atom feed, or a damaged one; check the file and rebuild")
    for number, entry in enumerate(entries, start=1):
        with foreign(item.path, "a feed"):
            document = _document(item, feed.feed, entry, number)
        yield document


def _document(item: Item, feed: Any, entry: Any, number: int) -> RawDocument:
    content = next((part.get("value", "") for part in entry.get("content", [])), "") or entry.get("summary", "")
    text, title = _plain(item, content), _plain(item, str(entry.get("title", "")))
    published = entry.get("published_parsed") or entry.get("updated_parsed")
    return RawDocument(
        id=storable(str(entry.get("id") or entry.get("link") or f"{item.name}#{number}")),
        text=text,
        title=title,
        language=believed(str(entry.get("language") or feed.get("language") or ""), f"{title}\n{text}"),
        url=storable(str(entry.get("link", ""))),
        date=strftime("%Y-%m-%d", published) if published else storable(str(entry.get("published", ""))),
        source=_plain(item, str(feed.get("title", ""))),
        origin=f"{item.path}, entry {number}",
    )


def _plain(item: Item, markup: str) -> str:
    """The text of an entry, which is markup more often than not."""
    markup = storable(markup)
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    return plain_text(parse_markup(item, f"<div>{markup}</div>"))
