"""The corpora, the queries and the index folders of a run; a corpus is kept, because it is the same every time."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from index.glossary import GLOSSARY
from scripts.benchmarking import corpus, lexicon, queries, subjects
from scripts.benchmarking.plan import Plan

_MARK = "benchmark"  # a file that says that an index is ours to throw away


def corpus_of(plan: Plan, size: int) -> Path:
    """A file of JSON lines with so many documents."""
    path = plan.work / f"{_name(plan)}-{size}.jsonl"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        if plan.corpus:
            _head(plan.corpus, size, part)
        else:
            corpus.generate(part, size, plan.words)
        part.replace(path)
    return path


def queries_of(plan: Plan) -> list[str]:
    """The queries of every size."""
    if plan.corpus:
        return queries.corpus_queries(plan.corpus, plan.queries)
    return queries.generated_queries(plan.queries)


@contextmanager
def index_folder(plan: Plan, size: int) -> Iterator[Path]:
    """Where the index of a size is, empty if it is to be built; an index that is not ours is never thrown away."""
    if plan.index is None:
        with TemporaryDirectory(dir=plan.work) as temporary:
            yield Path(temporary)
        return
    folder = plan.index if len(plan.sizes) == 1 else plan.index / str(size)
    if "build" in plan.measures:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
            raise click.ClickException(f"{folder} is not empty and was not made by this script; name another --index")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / _MARK).touch()
    yield folder


def _name(plan: Plan) -> str:
    if plan.corpus:
        stat = plan.corpus.stat()
        return f"{plan.corpus.stem}-{stat.st_size}-{stat.st_mtime_ns}"
    sources = [Path(module.__file__ or "") for module in (corpus, lexicon, subjects)]
    texts = (GLOSSARY, *sorted(lexicon.TEXTS.iterdir()), lexicon.SAMPLES / "news.jsonl")
    code = hashlib.sha256(b"".join(path.read_bytes() for path in (*sources, *texts))).hexdigest()
    return f"generated-{code[:12]}-{plan.words}"


def _head(source: Path, size: int, target: Path) -> None:
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as stream:
        stream.writelines(islice(lines, size))
