"""Runs test collections against an index of their own; prints what they measured, and holds it to floors.

In reading order:

    evaluate_collections() → format_table()        every measure in each mode of the search
    compare_collections() → format_comparison()    nDCG@10 of Hudhud and of what is built in an afternoon
    pin_floors() and problems_with_floors()        the quality gate: values that may not fall, and on what data
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.errors import EvaluationError
from index.settings import IndexSettings
from scripts.baselines import plain_rankers
from search.evaluation import (
    MEASURES,
    MIXED,
    Collection,
    Measurement,
    Ranker,
    evaluate,
    rankers,
    read_collection,
    summarise,
)
from search.searcher import Searcher
from search.types import MODES

HUDHUD = "Hudhud"
HYBRID = MODES[0]
MARGIN = 0.02
"""How far below what is measured a floor is pinned."""

_FILES = ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv")

Floors = Mapping[str, Mapping[str, float]]
"""Measure → pair → the value it may not fall under."""


def evaluate_collections(
    folders: Sequence[Path], index_folder: Path | None, settings: IndexSettings, modes: Sequence[str] = MODES
) -> list[Measurement]:
    """The measurements of all collections, each on a temporary index of its corpus unless one is given."""
    return _measure(folders, index_folder, settings, lambda searcher, collection: rankers(searcher, modes))


def compare_collections(
    folders: Sequence[Path], index_folder: Path | None, settings: IndexSettings
) -> list[Measurement]:
    """The measurements of the plain rankers, which have Hudhud's encoder, and of Hudhud's hybrid search."""

    def both(searcher: Searcher, collection: Collection) -> dict[str, Ranker]:
        encoder = load_encoder(searcher.snapshot.manifest.model)
        plain = plain_rankers(list(collection.documents.values()), encoder)
        return {**plain, HUDHUD: rankers(searcher, [HYBRID])[HYBRID]}

    return _measure(folders, index_folder, settings, both)


def _measure(
    folders: Sequence[Path],
    index_folder: Path | None,
    settings: IndexSettings,
    rankers_of: Callable[[Searcher, Collection], Mapping[str, Ranker]],
) -> list[Measurement]:
    measured: list[Measurement] = []
    for folder in folders:
        collection = read_collection(folder)
        with nullcontext(index_folder) if index_folder else _index_of(collection, settings) as place:
            chosen = rankers_of(Searcher.open(place), collection)
            total = len(collection.queries)
            with tqdm(desc=collection.name, total=total, unit=" queries", disable=not sys.stderr.isatty()) as bar:
                measured += map(summarise, evaluate(chosen, collection, bar.update))
    return measured


@contextmanager
def _index_of(collection: Collection, settings: IndexSettings) -> Iterator[Path]:
    """An index of a collection's corpus, for as long as it is needed."""
    translator = load_encoder(BUNDLED)
    encoder = translator if settings.model == BUNDLED else load_encoder(settings.model)
    with TemporaryDirectory() as place:
        build_index([collection.corpus], Path(place), settings, encoder, translator)
        yield Path(place)


def format_table(measured: Sequence[Measurement]) -> str:
    """One line a pair: every measure in every mode, and the 95 % interval of the first."""

    def cell(row: Measurement) -> str:
        first, *others = MEASURES
        return f"{_with_interval(row, first)}" + "".join(f"{row.measures[name]:8.3f}" for name in others)

    names = f"{MEASURES[0]:>7}{'95 %':>14}" + "".join(f"{name:>8}" for name in MEASURES[1:])
    return _format(measured, names, cell)


def format_comparison(measured: Sequence[Measurement]) -> str:
    """One line a pair: nDCG@10 of each ranker with its 95 % interval."""
    return _format(measured, f"{MEASURES[0]:>7}{'95 %':>14}", lambda row: _with_interval(row, MEASURES[0]))


def _with_interval(row: Measurement, measure: str) -> str:
    low, high = row.intervals[measure]
    return f"{row.measures[measure]:7.3f}{f'{low:.3f}–{high:.3f}':>14}"


def _format(measured: Sequence[Measurement], names: str, cell: Callable[[Measurement], str]) -> str:
    """A table for each collection: a line for each pair, a group of columns for each mode."""
    lines: list[str] = []
    for collection in dict.fromkeys(row.collection for row in measured):
        rows = [row for row in measured if row.collection == collection]
        modes = list(dict.fromkeys(row.mode for row in rows))
        head = "".join(f"   {mode:^{len(names)}}" for mode in modes)
        lines += ["", f"{collection:24}{'queries':>8}{head}".rstrip(), " " * 32 + f"   {names}" * len(modes)]
        for pair, count in dict.fromkeys((row.pair, row.count) for row in rows):
            cells = {row.mode: cell(row) for row in rows if row.pair == pair}
            lines.append(f"{pair:24}{count:8}" + "".join(f"   {cells[mode]}" for mode in modes))
    return "\n".join(lines).lstrip("\n")


def pin_floors(
    measured: Sequence[Measurement], folder: Path, path: Path, *, lower: bool = False, margin: float = MARGIN
) -> None:
    """Write floors a margin below what hybrid search measured in a collection, with the checksums of its files.

    Raises EvaluationError, and writes nothing, where a floor would come to lie lower or fall away and not `lower`.
    """
    floors = {
        measure: {pair: max(0.0, round(value - margin, 3)) for pair, value in values.items()}
        for measure, values in _guarded(measured).items()
    }
    if path.exists() and not lower:
        for measure, pair, floor in _entries(_read_floors(path)[1]):
            new = floors.get(measure, {}).get(pair)
            if new is None or new < floor:
                raise EvaluationError(
                    f"{path} pins {pair} at {measure} {floor:.3f} and this would make it "
                    f"{'nothing' if new is None else f'{new:.3f}'}; find out why, or lower it with --lower"
                )
    pinned = {"sha256": _checksums(folder), **floors}
    path.write_text(json.dumps(pinned, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def problems_with_floors(measured: Sequence[Measurement], folder: Path, path: Path) -> list[str]:
    """One sentence for each value under its floor and each file that is not the one pinned; empty when all is well."""
    checksums, floors = _read_floors(path)
    actual = _checksums(folder)
    problems = [
        f"{folder / name} has SHA-256 {actual.get(name, 'unknown')[:12]}, {path} pins {pinned[:12]}; "
        f"restore it, or pin it anew with --pin"
        for name, pinned in checksums.items()
        if actual.get(name) != pinned
    ]
    values = _guarded(measured)
    for measure, pair, floor in _entries(floors):
        value = values.get(measure, {}).get(pair)
        if value is None:
            problems.append(f"{pair} was not measured; its floor of {measure} is {floor:.3f}")
        elif value < floor:
            problems.append(f"{pair} has {measure} {value:.3f}, under its floor {floor:.3f}")
    return problems


def _guarded(measured: Sequence[Measurement]) -> dict[str, dict[str, float]]:
    """What has a floor: nDCG@10 of every pair, and R@10 of the mixed pool, in which three versions are to be found."""
    hybrid = [row for row in measured if row.mode == HYBRID]
    return {
        "nDCG@10": {row.pair: row.measures["nDCG@10"] for row in hybrid if row.documents != MIXED},
        "R@10": {row.pair: row.measures["R@10"] for row in hybrid if row.documents == MIXED},
    }


def _entries(floors: Floors) -> Iterator[tuple[str, str, float]]:
    for measure, pairs in floors.items():
        for pair, floor in pairs.items():
            yield measure, pair, floor


def _read_floors(path: Path) -> tuple[dict[str, str], Floors]:
    """Checksums by file, and floors."""
    try:
        pinned = json.loads(path.read_text(encoding="utf-8"))
        return pinned.pop("sha256"), {m: {p: float(f) for p, f in pairs.items()} for m, pairs in pinned.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise EvaluationError(f"{path} cannot be read ({problem!r}); expected what --pin writes") from problem


def _checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of a collection's files; a link counts as what it leads to."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _FILES}
