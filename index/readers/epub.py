"""`.epub`: the chapters of a book in reading order, as one document."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from index.errors import FileDamaged, FileProtected, SourceError
from index.readers.declared import believed
from index.readers.foreign import foreign
from index.readers.html import markup, parse_markup, plain_text
from index.readers.item import Item, OnError
from index.readers.packages import check_package
from index.readers.spool import on_disk
from index.types import RawDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are obfuscated in many books that anyone may read.
_OBFUSCATED = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "e": "http://www.w3.org/2001/04/xmlenc#",
}


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The one document in a book. Raises FileProtected, FileDamaged, LimitExceeded; a bad chapter is reported."""
    with on_disk(item) as path:
        check_package(item, path)
        with foreign(item.path, "a book"), zipfile.ZipFile(path) as book:
            _check_open(item, book)
            yield _document(item, book, on_error)


def _document(item: Item, book: zipfile.ZipFile, on_error: OnError) -> RawDocument:
    [root] = _find(_xml(book, _CONTAINER), "//c:rootfile/@full-path")[:1] or [""]
    if not root:
        raise FileDamaged(f"{item.path}: a book without a list of its parts; fetch it again and rebuild")
    package = _xml(book, root)
    chapters: list[str] = []
    for name in _spine(package, root):
        try:
            chapters.append(plain_text(parse_markup(item, markup(item, book.read(name)))))
        except (SourceError, KeyError) as problem:
            on_error(FileDamaged(f"{item.path / name}: the chapter cannot be read ({problem}); the others are"))
    text = "\n\n".join(chapters)
    return RawDocument(
        id=item.name,
        text=text,
        title=_first(package, "dc:title"),
        language=believed(_first(package, "dc:language"), text),
        date=_first(package, "dc:date"),
        source=_first(package, "dc:publisher"),
        origin=str(item.path),
    )


def _spine(package: "_Element", root: str) -> Iterator[str]:
    """The names of the chapters, in reading order."""
    files = {entry.get("id"): entry.get("href") for entry in _find(package, "//o:manifest/o:item")}
    for reference in _find(package, "//o:spine/o:itemref/@idref"):
        if files.get(reference):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(root), unquote(files[reference])))


def _check_open(item: Item, book: zipfile.ZipFile) -> None:
    """Raise FileProtected when chapters are encrypted."""
    if _ENCRYPTION in book.namelist():
        methods = _find(_xml(book, _ENCRYPTION), "//e:EncryptedData/e:EncryptionMethod/@Algorithm")
        if any(method not in _OBFUSCATED for method in methods):
            raise FileProtected(f"{item.path}: protected by the seller's encryption; give a copy without it")


def _xml(book: zipfile.ZipFile, name: str) -> "_Element":
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    return etree.fromstring(book.read(name), parser)


def _find(element: "_Element", path: str) -> list[Any]:
    found: Any = element.xpath(path, namespaces=_NAMES)
    return list(found)


def _first(package: "_Element", name: str) -> str:
    found = _find(package, f"string((//{name})[1])")
    return " ".join("".join(found).split())
