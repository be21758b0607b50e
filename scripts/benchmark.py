"""Times building and searching, by Hudhud and its peers: `python scripts/benchmark.py --chunks 10000 --chunks 100000`.

Each measurement runs in a process of its own; docs/benchmarks.md says what is measured and how. The documents are made
up (`scripts/benchmarking/corpus.py`) or taken from a file of JSON lines.
"""

import sys
from pathlib import Path

import click

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.benchmarking.engine import Figures, measure_engine
from scripts.benchmarking.lines import told
from scripts.benchmarking.material import corpus_of, queries_of
from scripts.benchmarking.plan import MEASURES, Plan

_WORK = Path("build") / "benchmark"


@click.command()
@click.option("--chunks", "sizes", multiple=True, default=(100_000,), show_default=True, help="Documents; repeatable.")
@click.option("--words", default=60, show_default=True, help="Words of a document, its title among them.")
@click.option("--queries", default=1_000, show_default=True, help="Distinct queries, a third in each language.")
@click.option(
    "--measure", "measures", multiple=True, type=click.Choice(MEASURES), help="Only this; repeatable. All by default."
)
@click.option("--corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON lines to take.")
@click.option("--index", "index_folder", type=click.Path(path_type=Path), help="Keep the index here.")
@click.option("--work", default=_WORK, type=click.Path(path_type=Path), show_default=True, help="For what is made.")
@click.option("--limit", default=20.0, show_default=True, help="Minutes for each process.")
def main(
    sizes: tuple[int, ...],
    words: int,
    queries: int,
    measures: tuple[str, ...],
    corpus: Path | None,
    index_folder: Path | None,
    work: Path,
    limit: float,
) -> None:
    """Build an index of each size and measure what it costs to search it.

    Without `--measure build`, the index that lies at --index is measured as it is.
    """
    measures = tuple(measure for measure in MEASURES if measure in measures) or MEASURES
    if "build" not in measures and index_folder is None:
        raise click.UsageError("nothing is built, so --index has to name an index")
    plan = Plan(tuple(sorted(sizes)), words, queries, measures, (), limit * 60, corpus, work, index_folder)
    run(plan)


def run(plan: Plan) -> dict[int, Figures]:
    """The figures of each size."""
    plan.work.mkdir(parents=True, exist_ok=True)
    queries = queries_of(plan)
    found: dict[int, Figures] = {}
    for size in plan.sizes:
        click.echo(f"{size:,} chunks")
        found[size] = measure_engine(plan, size, corpus_of(plan, size), queries, _say)
    return found


def _say(name: str, figures: Figures) -> None:
    for line in told(name, figures):
        click.echo(f"  {line}")


if __name__ == "__main__":
    main()
