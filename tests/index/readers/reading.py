"""What the tests of all readers share: read a file and see what comes and what is reported."""

from pathlib import Path

from index.errors import SourceError
from index.readers import Limits, read_sources
from index.types import RawDocument


def read(*sources: Path | str, limits: Limits | None = None) -> tuple[list[RawDocument], list[SourceError]]:
    """The documents of the sources, and the problems."""
    problems: list[SourceError] = []
    return list(read_sources(sources, problems.append, limits)), problems


def only(*sources: Path | str) -> RawDocument:
    """The one document, read without a problem."""
    documents, problems = read(*sources)
    assert problems == []
    [document] = documents
    return document


def refused(*sources: Path | str, limits: Limits | None = None) -> SourceError:
    """The one problem of sources without documents."""
    documents, problems = read(*sources, limits=limits)
    assert documents == []
    [problem] = problems
    return problem
