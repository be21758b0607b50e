"""Times building and searching, by Hudhud and its peers: `python scripts/benchmark.py --chunks 10000 --chunks 100000`.

Each measurement runs in a process of its own; docs/benchmarks.md says what is measured and how. The documents are made
up (`scripts/benchmarking/corpus.py`) or taken from a file of JSON lines. The peers need `pip install 'hudhud[bench]'`.
"""

import sys
from pathlib import Path

import click

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.benchmarking.contenders import measure_peers
from scripts.benchmarking.engine import Figures, measure_engine
from scripts.benchmarking.lines import told
from scripts.benchmarking.material import corpus_of, index_folder, queries_of
from scripts.benchmarking.plan import MEASURES, PEERS, Plan
from scripts.benchmarking.process import measure
from scripts.benchmarking.results import Results, command

_WORK = Path("build") / "benchmark"


@click.command()
@click.option("--chunks", "sizes", multiple=True, default=(100_000,), show_default=True, help="Documents; repeatable.")
@click.option("--words", default=60, show_default=True, help="Words of a document, its title among them.")
@click.option("--queries", default=1_000, show_default=True, help="Distinct queries, a third in each language.")
@click.option("--measure", "measures", multiple=True, type=click.Choice(MEASURES), help="Only this; repeatable.")
@click.option("--peer", "peers", multiple=True, type=click.Choice(["all", *PEERS]), help="Compare with; repeatable.")
@click.option("--corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON lines to take.")
@click.option("--index", type=click.Path(path_type=Path), help="Keep the index here.")
@click.option("--work", default=_WORK, type=click.Path(path_type=Path), show_default=True, help="For what is made.")
@click.option("--results", type=click.Path(path_type=Path), help="Write benchmarks.json, .md and .png here.")
@click.option("--add", is_flag=True, help="Add to the figures that lie in --results.")
@click.option("--limit", default=20.0, show_default=True, help="Minutes for each process.")
@click.option("--peer-limit", default=5.0, show_default=True, help="Minutes for each process that measures a peer.")
def main(
    sizes: tuple[int, ...],
    words: int,
    queries: int,
    measures: tuple[str, ...],
    peers: tuple[str, ...],
    corpus: Path | None,
    index: Path | None,
    work: Path,
    results: Path | None,
    add: bool,
    limit: float,
    peer_limit: float,
) -> None:
    """Build an index of each size and measure what it costs to search it.

    With `--measure` but without `--measure build`, the index that lies at --index is measured as it is.
    """
    measures = tuple(measure for measure in MEASURES if measure in measures) or MEASURES
    peers = PEERS if "all" in peers else peers
    if "build" not in measures and index is None:
        raise click.UsageError("nothing is built, so --index has to name an index")
    if add and results is None:
        raise click.UsageError("--add needs --results, a folder with the figures to add to")
    chosen = tuple(sorted(sizes)), words, queries, measures, peers, limit * 60, peer_limit * 60
    figures = run(Plan(*chosen, corpus, work, index), Results.read(results) if results and add else Results(results))
    if results:
        from scripts.benchmarking.report import report  # needs matplotlib

        report(figures, results)


def run(plan: Plan, results: Results) -> Figures:
    """Measure all that is planned, take it down and tell it; returns the figures."""
    plan.work.mkdir(parents=True, exist_ok=True)
    queries = queries_of(plan)
    results.figures["commands"].append(command())
    for size in plan.sizes:
        click.echo(f"{size:,} documents")
        corpus, found = corpus_of(plan, size), results.of(size)
        if not results.figures["bounds"]:
            results.taker(results.figures, _say)("bounds", measure("bounds:bounds", plan.limit, corpus=str(corpus)))
        with index_folder(plan, size) as index:
            measure_engine(plan, corpus, index, queries, results.taker(found["hudhud"], _say))
            take = results.taker(found["peers"], _say)
            measure_peers(plan, corpus, index, queries, results.peers_before(size), take)
    return results.figures


def _say(name: str, figures: Figures) -> None:
    for line in told(name, figures):
        click.echo(f"  {line}")


if __name__ == "__main__":
    main()
