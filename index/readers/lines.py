"""The lines of a stream, however long the file, none longer than a record may be."""

from collections.abc import Iterator

from index.encodings import Undecodable, decode_as, detect_encoding
from index.errors import EncodingUnknown, RecordError
from index.readers.item import Item, OnError, megabytes

_SAMPLE = 1 << 16


def numbered_lines(item: Item, on_error: OnError) -> Iterator[tuple[int, str]]:
    """The lines of an item as text with their numbers, from 1, their line breaks left out.

    A line that is too long or that is not text is reported, and the next is read.
    """
    sample = item.stream.peek(_SAMPLE)[:_SAMPLE]
    try:
        encoding = detect_encoding(sample, item.declared, whole=False)
    except Undecodable:
        encoding = ""  # each line is judged by itself, and its place named
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(item, encoding)
        return
    for number, line in _raw_lines(item, on_error):
        try:
            yield number, _line(line, encoding)
        except Undecodable as problem:
            on_error(
                RecordError(item.path, number, f"not UTF-8 at byte {problem.position} of the line; save it as UTF-8")
            )


def _line(line: bytes, encoding: str) -> str:
    if encoding and encoding != "utf-8":
        return decode_as(line, encoding)
    return decode_as(line, detect_encoding(line))


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


def _wide_lines(item: Item, encoding: str) -> Iterator[tuple[int, str]]:
    """Lines of UTF-16 or UTF-32, whose line breaks are several bytes; such files are small and read whole."""
    text = item.text(item.whole())
    if "\ufffd" in text:
        raise EncodingUnknown(f"{item.path}: damaged {encoding.upper()}; save it as UTF-8 and rebuild")
    yield from enumerate(text.splitlines(), start=1)
