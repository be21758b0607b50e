"""`.jsonl`, `.ndjson`: one document a line."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from index.encodings import Undecodable
from index.errors import RecordError
from index.readers.item import Item, OnError, Record
from index.readers.lines import encoded_lines, not_text
from index.readers.records import BadRecord, document
from index.types import RawDocument, Unchanged


def read(item: Item, on_error: OnError) -> Iterator[Record]:
    """The documents in the lines of an item; a bad line is reported."""
    for line in encoded_lines(item, on_error):
        if line.data.isspace() or not line.data:
            continue
        digest = blake2b(line.data, digest_size=16, key=line.encoding.encode()).digest()
        if item.recall(digest, f"{item.name}#{line.number}"):
            yield Unchanged(digest, line.number)
            continue
        try:
            text = line.text()
            if text.strip():
                yield parse(text, item, line.number, digest.hex())
        except Undecodable as problem:
            on_error(not_text(item, line.number, problem))
        except RecordError as problem:
            on_error(problem)


def parse(line: str, item: Item, number: int, digest: str = "") -> RawDocument:
    """The document in one line. Raises RecordError."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise RecordError(item.path, number, f"not JSON ({problem}); expected one object a line") from problem
    return document_of(record, item, number, digest=digest)


def document_of(record: Any, item: Item, number: int, unit: str = "line", digest: str = "") -> RawDocument:
    """The document in a value of JSON. Raises RecordError."""
    if not isinstance(record, dict):
        raise RecordError(item.path, number, f"a JSON {type(record).__name__}; expected an object with a text", unit)
    try:
        return document(record, f"{item.name}#{number}", f"{item.path}, {unit} {number}", strict=True, digest=digest)
    except BadRecord as problem:
        raise RecordError(item.path, number, str(problem), unit) from problem
