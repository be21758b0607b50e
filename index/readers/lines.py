"""The lines of a stream, however long the file, none longer than a record may be."""

from collections.abc import Iterator
from typing import NamedTuple

from index.encodings import Undecodable, decode, decode_as, detect_encoding
from index.errors import EncodingUnknown, RecordError
from index.readers.item import Item, OnError, megabytes

_SAMPLE = 1 << 16


def numbered_lines(item: Item, on_error: OnError) -> Iterator[tuple[int, str]]:
    """The lines of an item as text with their numbers, from 1, their line breaks left out.

    A line that is too long or that is not text is reported, and the next is read.
    """
    for line in encoded_lines(item, on_error):
        try:
            yield line.number, line.text()
        except Undecodable as problem:
            on_error(not_text(item, line.number, problem))


class EncodedLine(NamedTuple):
    """A line before it is decoded; `encoding` is that of its file, or "" when the line has to be judged by itself."""

    number: int
    data: bytes
    encoding: str

    def text(self) -> str:
        """The line as text. Raises Undecodable."""
        if self.encoding and self.encoding != "utf-8":
            return decode_as(self.data, self.encoding)
        return decode(self.data)


def not_text(item: Item, number: int, problem: Undecodable) -> RecordError:
    """What to say of a line that no encoding decodes."""
    return RecordError(item.path, number, f"not UTF-8 at byte {problem.position} of the line; save it as UTF-8")


def encoded_lines(item: Item, on_error: OnError) -> Iterator[EncodedLine]:
    """The lines of an item as bytes with their numbers, from 1; a line that is too long is reported."""
    sample = item.stream.peek(_SAMPLE)[:_SAMPLE]
    try:
        encoding = detect_encoding(sample, item.declared, whole=False)
    except Undecodable:
        encoding = ""  # each line is judged by itself, and its place named
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(item, encoding)
        return
    for number, line in _raw_lines(item, on_error):
        yield EncodedLine(number, line, encoding)


def _raw_lines(item: Item, on_error: OnError) -> Iterator[tuple[int, bytes]]:
    limit = item.limits.record_bytes
    number = 0
    while line := item.stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            _skip_line(item, line)
            on_error(
                RecordError(item.path, number, f"longer than {megabytes(limit)}, the bound for one document; split it")
            )
        else:
            yield number, line.rstrip(b"\r\n")


def _skip_line(item: Item, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = item.stream.readline(1 << 20)


def _wide_lines(item: Item, encoding: str) -> Iterator[EncodedLine]:
    """Lines of UTF-16 or UTF-32, whose line breaks are several bytes; such files are small and read whole."""
    text = item.text(item.whole())
    if "\ufffd" in text:
        raise EncodingUnknown(f"{item.path}: damaged {encoding.upper()}; save it as UTF-8 and rebuild")
    for number, line in enumerate(text.splitlines(), start=1):
        yield EncodedLine(number, line.encode(), "")
