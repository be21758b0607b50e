"""Files and folders → raw documents. A record that cannot be read is reported and the reading goes on.

Read are `.txt` and `.md` (one document each), `.jsonl` (one document a line), each also `.gz`.
A folder that holds a `qrels/` folder is a test collection in BEIR form: its `corpus.jsonl` is
read, its queries are not documents.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from index.errors import RecordError, SourceError, SourceNotFound
from index.types import RawDocument

OnError = Callable[[SourceError], None]

_SUFFIXES = (".txt", ".md", ".jsonl")
_FIELDS = ("title", "language", "url", "date", "source")


def read_sources(sources: Sequence[Path], on_error: OnError) -> Iterator[RawDocument]:
    """The documents of all sources, in a stable order: as given, and by path within a folder.

    A file met twice, through a link or because two sources overlap, is read once. What cannot
    be read is handed to `on_error`. Raises SourceNotFound for a source that does not exist.
    """
    for source in sources:
        if not source.exists():
            raise SourceNotFound(f"{source} does not exist; give files or folders of {', '.join(_SUFFIXES)} (also .gz)")
    seen: set[Path] = set()
    for source in sources:
        root = source if source.is_dir() else source.parent
        for path in _files(source):
            real = path.resolve()
            if real not in seen:
                seen.add(real)
                yield from _read_file(path, path.relative_to(root).as_posix(), on_error)


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and _kind(path) and not _is_judgment(path):
            yield path


def _kind(path: Path) -> str:
    """The suffix that says how to read a file, or "" for a file that Hudhud does not read."""
    name = path.name.lower().removesuffix(".gz")
    return next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")


def _is_judgment(path: Path) -> bool:
    return path.name.startswith("queries.jsonl") and (path.parent / "qrels").is_dir()


def _read_file(path: Path, name: str, on_error: OnError) -> Iterator[RawDocument]:
    kind = _kind(path)
    if not kind:
        on_error(SourceError(f"{path}: cannot read this kind of file; expected {', '.join(_SUFFIXES)}, also .gz"))
        return
    try:
        if kind == ".jsonl":
            yield from _read_json_lines(path, name, on_error)
        else:
            yield RawDocument(id=name, text=_read_text(path), origin=str(path))
    except (OSError, EOFError, zlib.error) as problem:
        on_error(SourceError(f"{path}: cannot be read ({problem}); check the file and rebuild"))
    except UnicodeDecodeError as problem:
        on_error(SourceError(f"{path}: not UTF-8 at byte {problem.start}; save it as UTF-8 and rebuild"))


def _read_text(path: Path) -> str:
    with _open(path) as stream:
        return stream.read().decode("utf-8-sig")


def _open(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked."""
    return cast(IO[bytes], gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def _read_json_lines(path: Path, name: str, on_error: OnError) -> Iterator[RawDocument]:
    with _open(path) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                yield _record(line, path, name, number)
            except RecordError as problem:
                on_error(problem)


def _record(line: bytes, path: Path, name: str, number: int) -> RawDocument:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise RecordError(path, number, f"not UTF-8 at byte {problem.start} of the line") from problem
    except (ValueError, RecursionError) as problem:
        raise RecordError(path, number, f"not JSON ({problem}); expected one object a line") from problem
    if not isinstance(record, dict):
        raise RecordError(path, number, f"a JSON {type(record).__name__}; expected an object with a text")
    text = record.get("text")
    if not isinstance(text, str):
        raise RecordError(path, number, 'no "text"; expected a string with the words of the document')
    identity = record.get("id", record.get("_id", f"{name}#{number}"))
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        raise RecordError(path, number, f'"id" is {identity!r}; expected a string or a whole number')
    values = {field: _string(record, field, path, number) for field in _FIELDS}
    return RawDocument(id=_storable(str(identity)), text=_storable(text), origin=f"{path}, line {number}", **values)


def _string(record: dict[str, Any], field: str, path: Path, number: int) -> str:
    value = record.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordError(path, number, f'"{field}" is {value!r}; expected a string')
    return _storable(value)


def _storable(text: str) -> str:
    """The text with lone surrogates, halves of an emoji cut in two, as question marks: they have no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
