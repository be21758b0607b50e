"""Fuzz the readers: `python scripts/fuzz_readers.py [--runs 10000] [--formats a.pdf,a.docx] [--skip 0]`.

Takes a valid file of each format, spoils it in a deterministic way, and reads it as a rebuild would, in a
process with a 5 s watchdog and 1 GiB of address space. Prints what came of it; exits with 1 when a mutation
crashed, hung or took more memory than that.
"""

import sys
from time import perf_counter

import click

from scripts.fuzzing.runner import Outcome, fuzz
from scripts.fuzzing.seeds import SEEDS

_HEAD = (
    f"{'format':14}{'runs':>8}{'whole':>8}{'part':>8}{'named':>8}{'guard':>8}"
    f"{'crashes':>9}{'hangs':>7}{'MiB':>6}{'seconds':>9}"
)


@click.command()
@click.option("--runs", default=10_000, show_default=True, help="Mutations of each format.")
@click.option("--skip", default=0, show_default=True, help="Number of the first mutation.")
@click.option("--formats", default=",".join(SEEDS), help="Which formats, by the names of their files.")
def main(runs: int, skip: int, formats: str) -> None:
    """Fuzz the readers and print a table: mutations read in whole, in part, refused by name, failed."""
    click.echo(_HEAD)
    failed = False
    for name in formats.split(","):
        began = perf_counter()
        outcome = fuzz(name, skip, skip + runs)
        click.echo(_row(name, outcome, perf_counter() - began))
        for trouble in (*outcome.crashes[:5], *outcome.hangs[:5]):
            click.echo(f"  {trouble}")
        failed |= outcome.failed
    sys.exit(failed)


def _row(name: str, outcome: Outcome, seconds: float) -> str:
    counts = f"{outcome.runs:8}{outcome.whole:8}{outcome.part:8}{outcome.named:8}{outcome.stopped:8}"
    troubles = f"{len(outcome.crashes):9}{len(outcome.hangs):7}"
    return f"{name:14}{counts}{troubles}{outcome.memory >> 20:6}{seconds:9.1f}"


if __name__ == "__main__":
    main()
