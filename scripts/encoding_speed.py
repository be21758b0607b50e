"""Times the bundled model: `python scripts/encoding_speed.py --passages 40000`.

Passages are the generated news of `scripts/benchmark.py`, in the three languages. The first pass meets each word for
the first time; in the second its tokens are known, as for most words of a large collection. A peer that tokenises
every text whole is timed beside it: the same model read by sentence-transformers.
"""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from index.encoder import BUNDLED, BUNDLED_FOLDER, load_encoder
from scripts.benchmark import generate

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
        started = perf_counter()
        encoder.encode_passages(texts)
        click.echo(f"  {label}: {passages / (perf_counter() - started):,.0f} passages/s")
    _time_peer(BUNDLED_FOLDER if model == BUNDLED else Path(model), texts[::_PEER_SHARE])


def _time_peer(folder: Path, texts: list[str]) -> None:
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(folder), device="cpu")
    started = perf_counter()
    peer.encode(texts, batch_size=1024, normalize_embeddings=True, show_progress_bar=False)
    click.echo(f"  sentence-transformers: {len(texts) / (perf_counter() - started):,.0f} passages/s")


if __name__ == "__main__":
    main()
