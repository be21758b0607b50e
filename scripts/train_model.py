"""Train the bundled model, or report on one.

python -m scripts.train_model ../shared/data/train --evaluation ../shared/data/eval
python -m scripts.train_model --report index/model --evaluation ../shared/data/eval
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from time import perf_counter

import torch

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.training.batches import BatchMaker
from scripts.training.export import export, write_json
from scripts.training.prepared import Inputs, prepare
from scripts.training.report import report
from scripts.training.settings import TrainingSettings
from scripts.training.trainer import TrainingState, train
from scripts.training.whitening import whitened

GLOSSARY = Path(__file__).parents[1] / "index" / "glossary.tsv"
TEXTS = Path(__file__).parent / "training" / "texts"
OUT = Path(__file__).parents[1] / "index" / "model"

SAMPLE = 20_000
"""Paragraphs of each language by which the directions of the vectors are evened out."""


def arguments() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="training folder: <licence>/<kind>/*.gz")
    parser.add_argument("--evaluation", type=Path, required=True, help="folder of BEIR sets, held out of training")
    parser.add_argument("--glossary", type=Path, default=GLOSSARY, help="our own glossary")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="our own sentences and passages")
    parser.add_argument("--out", type=Path, default=OUT, help="model folder to write (default: index/model)")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="checkpoints; a run resumes there")
    parser.add_argument("--report", type=Path, metavar="MODEL", help="print the quality table of a model and end")
    parser.add_argument("--leading", type=int, metavar="N", help="report on the first N numbers of each vector")
    parser.add_argument("--licences", default=",".join(TrainingSettings().licences), help="open, or open,unstated")
    parser.add_argument("--precision", choices=("int8", "float16"), default="int8")
    parser.add_argument("--threads", type=int, default=1, help="more help only on cores that nothing else uses")
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


def run(options: argparse.Namespace) -> None:
    """From the data folder to the model folder, going on from what an interrupted run left in the work folder."""
    started = perf_counter()
    torch.set_num_threads(options.threads)
    settings = settings_from(options)
    options.work.mkdir(parents=True, exist_ok=True)
    inputs = Inputs(options.data, options.glossary, options.texts, options.evaluation)
    prepared, key = prepare(inputs, settings, options.work)
    batches = BatchMaker(prepared.corpus, prepared.translators, prepared.token_table(), settings)
    print(f"data ready after {perf_counter() - started:.0f} s; {batches.steps()} steps an epoch", flush=True)
    rows = prepared.corpus.counted()
    checkpoint = options.work / f"state-{key}.pt"
    state = TrainingState.new(prepared.tokenizer.get_vocab_size(), settings)
    if checkpoint.exists():
        state = TrainingState.load(checkpoint)

    def keep(state: TrainingState) -> None:
        state.save(checkpoint)
        print(f"epoch {state.epoch} of {settings.epochs} done after {perf_counter() - started:.0f} s", flush=True)

    train(state, batches, settings, keep)
    vectors = whitened(state.vectors.numpy(), batches.sample(SAMPLE), settings.whitening)
    export(options.out, prepared.tokenizer, vectors, options.precision)
    write_json(options.out / "training.json", asdict(settings) | {"rows": rows})
    print(f"{options.out} written after {perf_counter() - started:.0f} s", flush=True)


def main(words: Sequence[str] | None = None) -> None:
    """Train, or report, as the command line says."""
    options = arguments().parse_args(words)
    if options.report:
        print(report(options.report, options.evaluation, options.leading))
    elif options.data is None:
        raise SystemExit("no training folder was named; give its path, or --report MODEL")
    else:
        run(options)


if __name__ == "__main__":
    main()
