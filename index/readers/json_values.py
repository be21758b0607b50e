"""`.json`: one array of documents, one object, an object around an array, or lines after all."""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import FileDamaged, LimitExceeded, RecordError
from index.readers import json_lines
from index.readers.item import Item, OnError, Record, megabytes
from index.readers.records import columns
from index.types import RawDocument

_FIRST = 1 << 16  # read at once; doubled while a record does not fit
_SPACE = " \t\r\n,"
_AROUND = ("articles", "documents", "items", "results", "entries", "posts", "data", "records", "news")


def read(item: Item, on_error: OnError) -> Iterator[Record]:
    """The documents in a file of JSON; a bad one is reported."""
    head = item.stream.peek(_FIRST)[:_FIRST].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"["):
        yield from _records(_elements(item), item, on_error)
    elif _is_lines(head):
        yield from json_lines.read(item, on_error)
    else:
        yield from _records(iter(_inside(_object(item))), item, on_error)


def _is_lines(head: bytes) -> bool:
    """Whether the first line is an object by itself and another follows."""
    line, _, rest = head.partition(b"\n")
    try:
        return isinstance(json.loads(line), dict) and rest.lstrip().startswith(b"{")
    except (ValueError, RecursionError):
        return False


def _object(item: Item) -> Any:
    try:
        return json.loads(item.text(item.whole()))
    except (ValueError, RecursionError) as problem:
        raise FileDamaged(
            f"{item.path}: not JSON ({problem}); expected an array of objects with a text, or one object a line"
        ) from problem


def _inside(value: Any) -> list[Any]:
    """The records of an object: those of an array within it, unless it has a text of its own."""
    if isinstance(value, dict) and not columns(value)["text"]:
        for name in _AROUND:
            if isinstance(value.get(name), list):
                return list(value[name])
    return [value]


def _records(values: Iterator[Any], item: Item, on_error: OnError) -> Iterator[RawDocument]:
    for number, value in enumerate(values, start=1):
        try:
            yield json_lines.document_of(value, item, number, "record")
        except RecordError as problem:
            on_error(problem)


def _elements(item: Item) -> Iterator[Any]:
    """The elements of an array, read as they come, so that a large array takes no more memory than a small one."""
    scan = json.JSONDecoder().raw_decode
    buffer = _Buffer(item)
    buffer.take(buffer.skip(_SPACE) + 1)  # the bracket
    for number in range(1, 1 << 62):
        start = buffer.skip(_SPACE)
        if buffer.text[start : start + 1] == "]":
            return
        while True:
            try:
                value, end = scan(buffer.text, start)
                # A number or a word may go on after the end of what was read.
                if end < len(buffer.text) or not buffer.more():
                    break
            except RecursionError as problem:
                raise RecordError(item.path, number, "nested too deep", "record") from problem
            except ValueError as problem:
                if not buffer.more():
                    reason = f"not JSON ({problem}); what follows in the file is not read"
                    raise RecordError(item.path, number, reason, "record") from problem
        buffer.take(end)
        yield value


class _Buffer:
    """The part of a text that was read and not yet used up."""

    def __init__(self, item: Item) -> None:
        from codecs import getincrementaldecoder

        from index.encodings import Undecodable, detect_encoding

        self._item = item
        try:
            encoding = detect_encoding(item.stream.peek(_FIRST)[:_FIRST], item.declared, whole=False)
        except Undecodable:
            encoding = "utf-8"
        self._decoder = getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("replace")
        self.text = ""
        self.more()

    def more(self) -> bool:
        """Read as much again as is held; False at the end. Raises LimitExceeded."""
        if len(self.text) > self._item.limits.record_bytes:
            raise LimitExceeded(
                f"{self._item.path}: a record of more than {megabytes(self._item.limits.record_bytes)}, the bound for "
                "one document; split it"
            )
        data = self._item.stream.read(max(_FIRST, len(self.text)))
        self.text += self._decoder.decode(data, final=not data)
        return bool(data)

    def skip(self, characters: str) -> int:
        """Where something else begins, reading on when it has to."""
        position = 0
        while True:
            while position < len(self.text) and self.text[position] in characters:
                position += 1
            if position < len(self.text) or not self.more():
                return position

    def take(self, count: int) -> None:
        """Forget the first characters."""
        self.text = self.text[count:]
