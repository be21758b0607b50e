"""Files, folders and tables → raw documents: one format per file, chosen by suffix and by content."""

from index.readers.database import SourceTable
from index.readers.item import OnError
from index.readers.limits import Limits
from index.readers.registry import SUFFIXES
from index.readers.sources import EXPECTED, Source, SourceFile, list_files, read_file, read_sources, shown

__all__ = [
    "EXPECTED",
    "SUFFIXES",
    "Limits",
    "OnError",
    "Source",
    "SourceFile",
    "SourceTable",
    "list_files",
    "read_file",
    "read_sources",
    "shown",
]
