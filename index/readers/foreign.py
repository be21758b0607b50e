"""Where other people's parsers meet damaged bytes: whatever they raise becomes one error that names the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import FileDamaged, HudhudError, LimitExceeded, ReaderMissing


@contextmanager
def foreign(path: Path, kind: str) -> Iterator[None]:
    """Turn what a parser raises while it reads `kind` into FileDamaged, and MemoryError into LimitExceeded."""
    try:
        yield
    except (HudhudError, OSError):
        raise
    except MemoryError as problem:
        raise LimitExceeded(f"{path}: takes more memory to read than a file may; split it and rebuild") from problem
    except Exception as problem:
        reason = f"{type(problem).__name__}: {problem}".partition("\n")[0][:200]
        raise FileDamaged(f"{path}: cannot be read as {kind} ({reason}); check the file and rebuild") from problem


@contextmanager
def extra(path: Path, name: str) -> Iterator[None]:
    """Turn the absence of a package that the extra `name` brings into ReaderMissing."""
    try:
        yield
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        raise ReaderMissing(
            f"{path}: reading it needs the package {package}; run pip install 'hudhud[{name}]' and rebuild"
        ) from problem
