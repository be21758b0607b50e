"""The corpora and the queries of a run; a generated corpus is kept, because it is the same every time."""

import hashlib
from itertools import islice
from pathlib import Path

from index.glossary import GLOSSARY
from scripts.benchmarking import corpus, lexicon, queries, subjects
from scripts.benchmarking.plan import Plan


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


def _name(plan: Plan) -> str:
    if plan.corpus:
        stat = plan.corpus.stat()
        return f"{plan.corpus.stem}-{stat.st_size}-{stat.st_mtime_ns}"
    sources = [Path(module.__file__ or "") for module in (corpus, lexicon, subjects)]
    code = hashlib.sha256(b"".join(path.read_bytes() for path in (*sources, GLOSSARY))).hexdigest()
    return f"generated-{code[:12]}-{plan.words}"


def _head(source: Path, size: int, target: Path) -> None:
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as stream:
        stream.writelines(islice(lines, size))
