"""Runs test collections against an index of their own and prints what they measured."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.settings import IndexSettings
from search.evaluation import MEASURES, Measurement, evaluate, read_collection
from search.searcher import Searcher


def evaluate_collections(
    folders: Sequence[Path], index_folder: Path | None, settings: IndexSettings
) -> list[Measurement]:
    """The measurements of all collections, each on a temporary index of its corpus unless one is given."""
    translator = load_encoder(BUNDLED)
    encoder = translator if settings.model == BUNDLED else load_encoder(settings.model)
    measured: list[Measurement] = []
    for folder in folders:
        collection = read_collection(folder)
        with nullcontext(index_folder) if index_folder else TemporaryDirectory() as place:
            if not index_folder:
                build_index([collection.corpus], Path(place), settings, encoder, translator)
            searcher = Searcher.open(Path(place))
            with tqdm(desc=collection.name, unit=" queries", disable=not sys.stderr.isatty()) as bar:
                measured += evaluate(searcher, collection, progress=bar.update)
    return measured


def format_table(measured: Sequence[Measurement]) -> str:
    """One line a pair: every measure in every mode."""
    modes = list(dict.fromkeys(row.mode for row in measured))
    lines: list[str] = []
    for collection in dict.fromkeys(row.collection for row in measured):
        lines += ["", f"{collection:24}{'queries':>8}" + "".join(f"  {mode:^31}" for mode in modes)]
        lines.append(" " * 32 + "".join("  " + "".join(f"{name:>8}" for name in MEASURES)[1:] for _ in modes))
        rows = [row for row in measured if row.collection == collection]
        for pair in dict.fromkeys((row.queries, row.documents, row.count) for row in rows):
            cells = {row.mode: row for row in rows if (row.queries, row.documents, row.count) == pair}
            line = f"{pair[0] + ' → ' + pair[1]:24}{pair[2]:8}"
            for mode in modes:
                line += "  " + "".join(f"{cells[mode].measures[name]:8.3f}" for name in MEASURES)[1:]
            lines.append(line)
    return "\n".join(lines).lstrip("\n")
