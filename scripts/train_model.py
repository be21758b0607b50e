"""Train the bundled model, or report on one.

python -m scripts.train_model ../shared/data/train --evaluation ../shared/data/eval
python -m scripts.train_model --report index/model --evaluation ../shared/data/eval
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.training.batches import BatchMaker
from scripts.training.corpus import Corpus, read_corpus
from scripts.training.export import export, write_json
from scripts.training.pieces import Ragged
from scripts.training.report import report
from scripts.training.settings import TrainingSettings
from scripts.training.tokenizer import train_tokenizer
from scripts.training.trainer import TrainingState, train
from scripts.training.translator import build_translators

GLOSSARY = Path(__file__).parents[1] / "index" / "glossary.tsv"
OUT = Path(__file__).parents[1] / "index" / "model"


def arguments() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="training folder: <licence>/<kind>/*.gz")
    parser.add_argument("--evaluation", type=Path, required=True, help="folder of BEIR sets, held out of training")
    parser.add_argument("--glossary", type=Path, default=GLOSSARY, help="our own glossary")
    parser.add_argument("--out", type=Path, default=OUT, help="model folder to write (default: index/model)")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="checkpoints; a run resumes there")
    parser.add_argument("--report", type=Path, metavar="MODEL", help="print the quality table of a model and end")
    parser.add_argument("--licences", default=",".join(TrainingSettings().licences), help="open, or open,unstated")
    parser.add_argument("--precision", choices=("int8", "float16"), default="int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="any number in TrainingSettings")
    return parser


def settings_from(options: argparse.Namespace) -> TrainingSettings:
    """The settings with the command line's changes; an unknown name is an error."""
    changes: dict[str, object] = {"licences": tuple(options.licences.split(","))}
    kinds = {f.name: type(getattr(TrainingSettings(), f.name)) for f in fields(TrainingSettings)}
    for change in options.set:
        name, _, value = change.partition("=")
        if kinds.get(name) not in (int, float):
            raise SystemExit(f"--set {change}: no number of that name in scripts/training/settings.py")
        changes[name] = kinds[name](value)
    return replace(TrainingSettings(), **changes)  # type: ignore[arg-type]


def piece_counts(corpus: Corpus) -> dict[str, NDArray[np.float64]]:
    """How often each piece occurs in the texts of each language."""
    texts = [(code, side) for g in corpus.pairs for code, side in zip(g.languages, (g.left, g.right), strict=True)]
    counts: dict[str, NDArray[np.float64]] = {}
    for language, text in texts + list(corpus.paragraphs.items()):
        found = np.bincount(text.values, minlength=len(corpus.pieces.names)).astype(np.float64)
        counts[language] = counts.get(language, 0) + found
    return counts


def named(counts: dict[str, NDArray[np.float64]], corpus: Corpus) -> dict[str, dict[str, float]]:
    """The same counts by the pieces' names, without those that do not occur."""
    return {
        language: {corpus.pieces.names[i]: float(found[i]) for i in np.flatnonzero(found)}
        for language, found in counts.items()
    }


def token_table(corpus: Corpus, tokenizer: Tokenizer) -> Ragged:
    """The tokens of each piece."""
    return Ragged.of([token.id for token in tokenizer.model.tokenize(name)] for name in corpus.pieces.names)


def run(options: argparse.Namespace) -> None:
    """From the data folder to the model folder, going on from a checkpoint in the work folder if there is one."""
    torch.set_num_threads(options.threads)
    settings = settings_from(options)
    options.work.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus(options.data, options.glossary, options.evaluation, settings)
    counts = piece_counts(corpus)
    tokenizer = train_tokenizer(named(counts, corpus), settings.vocabulary_size, settings.count_exponent)
    translators = build_translators(corpus, counts, settings)
    batches = BatchMaker(corpus, translators, token_table(corpus, tokenizer), settings)
    checkpoint = options.work / "state.pt"
    state = TrainingState.new(tokenizer.get_vocab_size(), settings)
    if checkpoint.exists():
        state = TrainingState.load(checkpoint)

    def keep(state: TrainingState) -> None:
        state.save(checkpoint)
        export(options.out, tokenizer, state.vectors.numpy(), options.precision)
        write_json(options.out / "training.json", asdict(settings) | {"epochs_done": state.epoch})

    train(state, batches, settings, keep)


def main(words: Sequence[str] | None = None) -> None:
    """Train, or report, as the command line says."""
    options = arguments().parse_args(words)
    if options.report:
        print(report(options.report, options.evaluation))
    elif options.data is None:
        raise SystemExit("no training folder was named; give its path, or --report MODEL")
    else:
        run(options)


if __name__ == "__main__":
    main()
