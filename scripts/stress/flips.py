"""Flips random bits in the files of an index; each has to be found and its file named.

python -m scripts.stress.flips --flips 1000
"""

import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from index.errors import StoredIndexError
from scripts.stress.corpora import build, conclude, live_ids, write_corpus


@click.command()
@click.option("--flips", default=1000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(flips: int, seed: int) -> None:
    """Flip bits, one at a time, and count how many are found."""
    with TemporaryDirectory() as temporary:
        found, missed = flip_bits(Path(temporary), flips, random.Random(seed))
    for place in missed:
        click.echo(f"missed: {place}", err=True)
    conclude("flips", not missed, f"{found.total()} of {flips} flipped bits found and named, in {len(found)} files")


def flip_bits(folder: Path, flips: int, draw: random.Random) -> tuple[Counter[str], list[str]]:
    """How many flips were found in each file, and the places of those that were not."""
    write_corpus(folder / "news.jsonl", "a", every=4)
    index = folder / "index"
    build(folder / "news.jsonl", index)
    files = sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    found: Counter[str] = Counter()
    missed: list[str] = []
    for _ in range(flips):
        path = draw.choice(files)
        whole = path.read_bytes()
        place = draw.randrange(len(whole) * 8)
        altered = bytearray(whole)
        altered[place // 8] ^= 1 << place % 8
        path.write_bytes(altered)
        try:
            live_ids(index)
            missed.append(f"{path.relative_to(index)} bit {place}")
        except StoredIndexError as problem:
            if str(path) in str(problem):
                found[path.relative_to(index).as_posix()] += 1
            else:
                missed.append(f"{path.relative_to(index)} bit {place}, not named: {problem}")
        path.write_bytes(whole)
    return found, missed


if __name__ == "__main__":
    main()
