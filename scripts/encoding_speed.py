"""Times the bundled model: `python scripts/encoding_speed.py --passages 40000`.

Passages are the generated news of `scripts/benchmarking/corpus.py`, in the three languages. The first pass meets each
word for the first time; in the second its tokens are known, as for most words of a large collection. A peer that
tokenises every text whole is timed beside it: the same model read by sentence-transformers. On a machine that others
use, passages a second of processor time say more than passages a second.
"""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import click

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from index.encoder import BUNDLED, BUNDLED_FOLDER, load_encoder
from scripts.benchmarking.corpus import generate

_PEER_SHARE = 10  # the peer reads one passage in so many; it is the slower one


@click.command()
@click.option("--passages", default=40_000, show_default=True, help="Passages to encode.")
@click.option("--words", default=60, show_default=True, help="Words of a passage.")
@click.option("--model", default=BUNDLED, show_default=True, help="A static model: bundled, or its folder.")
def main(passages: int, words: int, model: str) -> None:
    """Print how many passages a second are encoded, and how many sentence-transformers encodes."""
    with TemporaryDirectory() as temporary:
        corpus = Path(temporary) / "corpus.jsonl"
        generate(corpus, passages, words)
        texts = [json.loads(line)["text"] for line in corpus.read_text(encoding="utf-8").splitlines()]
    encoder = load_encoder(model)
    click.echo(f"{passages} passages of {words} words, {os.cpu_count()} cores")
    for label in ("words seen for the first time", "words seen before"):
        _time(label, texts, encoder.encode_passages)
    _time_peer(BUNDLED_FOLDER if model == BUNDLED else Path(model), texts[::_PEER_SHARE])


def _time_peer(folder: Path, texts: list[str]) -> None:
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(folder), device="cpu")
    _time("sentence-transformers", texts, partial(peer.encode, batch_size=1024, normalize_embeddings=True))


def _time(label: str, texts: list[str], encode: Callable[[list[str]], object]) -> None:
    started, used = perf_counter(), process_time()
    encode(texts)
    wall, used = perf_counter() - started, process_time() - used
    click.echo(f"  {label}: {len(texts) / wall:,.0f} passages/s, {len(texts) / used:,.0f} a second of one processor")


if __name__ == "__main__":
    main()
