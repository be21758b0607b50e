"""Everything that can go wrong in Hudhud, as one tree.

    HudhudError
    ├── SourceError            a file or folder to be indexed cannot be read
    │   ├── SourceNotFound     the path does not exist, or holds nothing Hudhud reads
    │   ├── RecordError        one record of a file is malformed; carries path and line
    │   ├── FormatUnknown      a kind of file that Hudhud does not read
    │   ├── ColumnsUnknown     a table without a column for the text
    │   ├── FileDamaged        cut short, or not what its name or its first bytes say
    │   ├── FileProtected      opens only with a password
    │   ├── EncodingUnknown    bytes that are text in no encoding that Hudhud knows
    │   ├── LimitExceeded      larger, deeper or slower to read than a bound allows
    │   ├── ReaderMissing      needs a package that is not installed
    │   └── TableUnreadable    a table of a database cannot be reached or read
    ├── SettingsError          a setting or argument has a value it cannot have
    ├── ModelError             an embedding model cannot be loaded, or does not fit the index
    ├── ProcessLost            a process that a rebuild had started ended early
    ├── StoredIndexError       an index on disk cannot be used
    │   ├── IndexNotFound      the folder holds no published generation
    │   ├── IndexCorrupt       files are missing, altered, or disagree with one another
    │   ├── IndexIncompatible  written by another format or for another model
    │   ├── IndexLocked        another rebuild is running
    │   └── IndexUnwritable    the disk is full, or may not be written to
    ├── QueryError             a query or a search parameter cannot be understood
    │   ├── EmptyQuery         it has no word
    │   ├── QueryTooLong       it has more characters than are searched
    │   ├── DatesReversed      its first day is after its last
    │   └── ResultTooDeep      it asks for results further down than are ranked
    ├── SearchTimeout          a search took longer than it may
    └── EvaluationError        a test collection is not in BEIR form

Every message is one sentence: what happened, where, what was expected, what to do next.
"""

from pathlib import Path


class HudhudError(Exception):
    """Base of all errors that Hudhud raises on purpose."""


class SourceError(HudhudError):
    """A file or folder to be indexed cannot be read."""

    def __init__(self, message: str) -> None:
        # A name on disk may be bytes that are no text, which no report could be written with.
        super().__init__(message.encode("utf-8", "replace").decode("utf-8"))


class SourceNotFound(SourceError):
    """A source path does not exist, or holds nothing that Hudhud reads."""


class RecordError(SourceError):
    """One record of a source file is malformed."""

    def __init__(self, path: Path | str, line: int, problem: str, unit: str = "line") -> None:
        super().__init__(f"{path}, {unit} {line}: {problem}")
        self.path = Path(path)
        self.line = line
        self.problem = problem
        self.unit = unit


class FormatUnknown(SourceError):
    """A kind of file that Hudhud does not read."""


class ColumnsUnknown(SourceError):
    """A table has no column for the text."""


class FileDamaged(SourceError):
    """A file is cut short, or is not what its name or its first bytes say."""


class FileProtected(SourceError):
    """A file opens only with a password."""


class EncodingUnknown(SourceError):
    """The bytes of a file are text in no encoding that Hudhud knows."""


class LimitExceeded(SourceError):
    """A file is larger, deeper or slower to read than a bound of `index.readers.limits` allows."""


class ReaderMissing(SourceError):
    """A format needs a package that is not installed."""


class TableUnreadable(SourceError):
    """A table of a database cannot be reached or read."""


class SettingsError(HudhudError):
    """A setting or argument has a value it cannot have."""


class ModelError(HudhudError):
    """An embedding model cannot be loaded, or does not fit the index."""


class ProcessLost(HudhudError):
    """A process that a rebuild had started ended early, as one does that the system has no memory left for."""


class StoredIndexError(HudhudError):
    """An index on disk cannot be used."""


class IndexNotFound(StoredIndexError):
    """A folder holds no published generation."""


class IndexCorrupt(StoredIndexError):
    """Files of a generation are missing, altered, or disagree with one another."""


class IndexIncompatible(StoredIndexError):
    """A generation was written by another format version or for another model."""


class IndexLocked(StoredIndexError):
    """Another rebuild of the same index is running."""


class IndexUnwritable(StoredIndexError):
    """The disk is full, or may not be written to."""


class QueryError(HudhudError):
    """A query or a search parameter cannot be understood."""


class EmptyQuery(QueryError):
    """A query has no word."""


class QueryTooLong(QueryError):
    """A query has more characters than are searched."""


class DatesReversed(QueryError):
    """The first day asked for is after the last."""


class ResultTooDeep(QueryError):
    """Results are asked for further down than are ranked."""


class SearchTimeout(HudhudError):
    """A search took longer than it may."""


class EvaluationError(HudhudError):
    """A test collection is not in BEIR form."""
