"""`.docx`: the paragraphs and tables of a text in Word's format."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.errors import FileProtected
from index.readers.declared import believed
from index.readers.foreign import extra, foreign
from index.readers.item import Item, OnError
from index.readers.packages import check_package
from index.readers.spool import on_disk
from index.types import RawDocument

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

COMPOUND = b"\xd0\xcf\x11\xe0"
"""How a file begins that an office program has encrypted, and also an old `.doc`."""


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The one document in a Word file. Raises FileProtected, FileDamaged, LimitExceeded, ReaderMissing."""
    if item.stream.peek(8).startswith(COMPOUND):
        raise FileProtected(
            f"{item.path}: protected by a password, or an old .doc; save it as .docx without a password and rebuild"
        )
    with extra(item.path, "office"):
        import docx
    with on_disk(item) as path:
        check_package(item, path)
        with foreign(item.path, "a Word document"):
            word = docx.Document(str(path))
            text = "\n".join(_lines(word))
            properties = word.core_properties
            title = str(properties.title or "")
            language = believed(str(properties.language or ""), text)
    yield RawDocument(id=item.name, text=text, title=title, language=language, origin=str(item.path))


def _lines(word: "WordDocument") -> Iterator[str]:
    from docx.table import Table

    for block in word.iter_inner_content():
        if isinstance(block, Table):
            yield from _cells(block)
        else:
            yield block.text


def _cells(table: Any) -> Iterator[str]:
    """A line for each row; a cell that spans several columns is met once for each, and taken once."""
    for row in table.rows:
        seen: list[Any] = []
        texts: list[str] = []
        for cell in row.cells:
            if not any(cell._tc is other for other in seen):
                seen.append(cell._tc)
                texts.append(" ".join(cell.text.split()))
        yield " | ".join(filter(None, texts))
