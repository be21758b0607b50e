"""The quality table of a model: its vectors alone, on every evaluation set, by exact search."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import load_encoder
from index.static import unit
from index.types import Encoder, Vectors
from scripts.training.settings import LANGUAGES

AIMS = {
    "names-en-ar P@1 en→ar": 0.60,
    "roman-urdu P@1 ur-Latn→ur": 0.85,
    "tatoeba-en-ar P@1 ar→en": 0.84,
    "tatoeba-en-ur P@1 ur→en": 0.86,
    "tico19 P@1 en→ar": 0.88,
    "tico19 P@1 ar→en": 0.88,
    "tico19 P@1 en→ur": 0.94,
    "tico19 P@1 ur→en": 0.94,
    "tico19 P@1 ar→ur": 0.80,
    "tico19 P@1 ur→ar": 0.80,
    **{f"xquad nDCG@10 {code}→{code}": 0.87 for code in LANGUAGES},
    **{f"xquad nDCG@10 {a}→{b}": 0.74 for a, b in permutations(LANGUAGES, 2) if "en" in (a, b)},
    **{f"xquad nDCG@10 {a}→{b}": 0.68 for a, b in permutations(LANGUAGES, 2) if "en" not in (a, b)},
    **{f"xquad mixed recall@10 {code}": 0.80 for code in LANGUAGES},
}
"""What the model is to reach on the development sets; other figures have no aim."""

Relevant = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Collection:
    """One BEIR set, encoded: which passages answer which query, and the language of each."""

    name: str
    queries: Vectors
    passages: Vectors
    query_languages: NDArray[np.str_]
    passage_languages: NDArray[np.str_]
    relevant: Relevant

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> "Collection":
        """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`, and encode both sides."""
        passages, queries = _records(folder / "corpus.jsonl"), _records(folder / "queries.jsonl")
        place = {record["_id"]: i for i, record in enumerate(passages)}
        row = {record["_id"]: i for i, record in enumerate(queries)}
        relevant = np.zeros((len(queries), len(passages)), np.bool_)
        for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            query, passage, score = line.split("\t")
            relevant[row[query], place[passage]] = int(score) > 0
        return cls(
            folder.name,
            encoder.encode_queries([record["text"] for record in queries]),
            encoder.encode_passages([f"{record.get('title', '')} {record['text']}".strip() for record in passages]),
            np.array([record["language"] for record in queries]),
            np.array([record["language"] for record in passages]),
            relevant,
        )

    def ranked(self, asked: str, told: str | None) -> Relevant:
        """For each query in `asked`: whether the passage at each rank answers it, among those in `told` (None: all)."""
        rows = self.query_languages == asked
        columns = np.ones(len(self.passages), np.bool_) if told is None else self.passage_languages == told
        scores = self.queries[rows] @ self.passages[columns].T
        order = np.argsort(-scores, axis=1, kind="stable")
        return np.take_along_axis(self.relevant[np.ix_(rows, columns)], order, axis=1)


def _records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ndcg(ranked: Relevant, k: int = 10) -> float:
    """Mean nDCG@k for yes-or-no relevance."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    gain = (ranked[:, :k] * discount[: ranked.shape[1]]).sum(axis=1)
    best = np.array([discount[: min(k, n)].sum() for n in ranked.sum(axis=1)])
    return float(np.mean(gain / best))


def precision_at_1(ranked: Relevant) -> float:
    """Share of queries whose first passage answers them."""
    return float(ranked[:, 0].mean())


def recall(ranked: Relevant, k: int = 10) -> float:
    """Mean share of a query's passages that are among its first k."""
    return float(np.mean(ranked[:, :k].sum(axis=1) / ranked.sum(axis=1)))


def measure(encoder: Encoder, evaluation: Path) -> dict[str, float]:
    """Every figure, named `set measure asked→told`; sets that the folder lacks are left out."""
    figures: dict[str, float] = {}
    for folder in sorted(path.parent for path in evaluation.glob("*/corpus.jsonl")):
        found = Collection.load(folder, encoder)
        for asked in sorted(set(found.query_languages)):
            for told in sorted(set(found.passage_languages)):
                answered = found.ranked(asked, told)
                answered = answered[answered.any(axis=1)]
                if not len(answered):
                    continue
                value = ndcg(answered) if found.name == "xquad" else precision_at_1(answered)
                kind = "nDCG@10" if found.name == "xquad" else "P@1"
                figures[f"{found.name} {kind} {asked}→{told}"] = value
            if found.name == "xquad":
                figures[f"{found.name} mixed recall@10 {asked}"] = recall(found.ranked(asked, None))
    return figures


@dataclass(frozen=True, slots=True)
class Leading:
    """An encoder cut to the first numbers of its vectors, brought to unit length again."""

    whole: Encoder
    numbers: int

    @property
    def name(self) -> str:
        return self.whole.name

    @property
    def fingerprint(self) -> str:
        return f"{self.whole.fingerprint}:{self.numbers}"

    @property
    def dimensions(self) -> int:
        return self.numbers

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._cut(self.whole.encode_queries(texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._cut(self.whole.encode_passages(texts))

    def _cut(self, vectors: Vectors) -> Vectors:
        return unit(np.ascontiguousarray(vectors[:, : self.numbers]))


def report(model: Path, evaluation: Path, leading: int | None = None) -> str:
    """The table of a model folder: size, and each figure beside its aim.

    `leading` cuts the vectors to that many numbers.
    """
    size = sum(path.stat().st_size for path in model.glob("**/*") if path.is_file() and path.suffix != ".md")
    encoder = load_encoder(str(model))
    figures = measure(encoder if leading is None else Leading(encoder, leading), evaluation)
    lines = [f"{'size, MB':<36} {size / 1e6:5.1f}  (aim  30.0 at most)"]
    for name, value in figures.items():
        aim = AIMS.get(name)
        verdict = "" if aim is None else f"  (aim {aim:.3f}, {'met' if value >= aim else 'short'})"
        lines.append(f"{name:<36} {value:.3f}{verdict}")
    return "\n".join(lines)
