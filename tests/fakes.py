"""Stand-ins that tests use instead of the bundled model, and a small corpus that suits them."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from rank_bm25 import BM25Okapi

from index.pieces import Pieced
from index.postings import Postings, PostingsBuilder
from index.settings import IndexSettings
from index.store import DocumentStore, SegmentWriter, columns_of, id_digest
from index.text import fold, words
from index.types import Document, Vectors
from search.settings import SearchSettings

EVERYTHING = SearchSettings(floor=-1000.0, floor_share=-1000.0, sure=-1000.0)
"""Shows whatever is found, however unlikely: the fakes score on another scale than the floor was measured on."""

DIMENSIONS = 128
_AXES = 32

# Words that mean the same share an axis; "talks" lies between two of them, cosine 0.8 with meeting.
MEANINGS: dict[str, dict[int, float]] = {
    "meeting": {0: 1.0},
    "لقاء": {0: 1.0},
    "ملاقات": {0: 1.0},
    "talks": {0: 0.8, 1: 0.6},
    "محادثات": {0: 0.8, 1: 0.6},
    "مذاکرات": {0: 0.8, 1: 0.6},
    "مفاوضات": {0: 0.6, 8: 0.8},
    "earthquake": {2: 1.0},
    "زلزال": {2: 1.0},
    "زلزلہ": {2: 1.0},
    "moscow": {3: 1.0},
    "موسكو": {3: 1.0},
    "ماسکو": {3: 1.0},
    "election": {4: 1.0},
    "elections": {4: 1.0},
    "انتخابات": {4: 1.0},
    "haftar": {5: 1.0},
    "حفتر": {5: 1.0},
    "putin": {6: 1.0},
    "بوتين": {6: 1.0},
    "پوٹن": {6: 1.0},
    "wheat": {7: 1.0},
    "القمح": {7: 1.0},
    "گندم": {7: 1.0},
}
_KNOWN = {fold(word): axes for word, axes in MEANINGS.items()}


@lru_cache(maxsize=1 << 16)
def word_vector(folded: str) -> Vectors:
    """The axes of a known word; for any other a direction drawn by its hash, far from all else."""
    vector = np.zeros(DIMENSIONS, np.float32)
    if folded in _KNOWN:
        for axis, part in _KNOWN[folded].items():
            vector[axis] = part
        return vector
    seed = int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest())
    vector[_AXES:] = np.random.default_rng(seed).normal(size=DIMENSIONS - _AXES)
    return vector / np.linalg.norm(vector)


class FakeEncoder:
    """A text is the sum of its words' vectors. Remembers what it was asked to embed."""

    dimensions = DIMENSIONS

    def __init__(self, name: str = "bundled", fingerprint: str = "fake-1") -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.passages: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += texts
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                vectors[row] += word_vector(word.folded)
            length = np.linalg.norm(vectors[row])
            if length:
                vectors[row] /= length
        return vectors


# Ids tell the event and the language. The last two share no event with any other.
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "moscow-en",
        "title": "Haftar and Putin in Moscow",
        "text": "The meeting was held in the Kremlin. Libyan officials praised the hosts for their welcome.",
        "language": "en",
        "url": "https://example.org/moscow?x=1&y=2",
        "date": "2023-09-26",
        "source": "Courier",
    },
    {
        "id": "moscow/ar",
        "title": "حفتر في موسكو",
        "text": "جرى لقاء مع بوتين في الكرملين. وأشاد المسؤولون بحفاوة الاستقبال.",
        "language": "ar",
        "date": "2023-09-27",
        "source": "الصحيفة",
    },
    {
        "id": "moscow-ur",
        "title": "ماسکو میں حفتر",
        "text": "پوٹن سے ملاقات کریملن میں ہوئی۔ حکام نے استقبال پر خوشی ظاہر کی۔",
        "language": "ur",
        "date": "2023-09-28",
        "source": "اخبار",
    },
    {
        "id": "quake-en",
        "title": "Earthquake shakes villages",
        "text": "Rescue teams searched the rubble by night. The earthquake was felt in three provinces.",
        "language": "en",
        "date": "2024-02-01",
        "source": "Courier",
    },
    {
        "id": "quake-ar",
        "title": "زلزال يضرب القرى",
        "text": "بحثت فرق الإنقاذ تحت الأنقاض ليلا. وشعر السكان بالهزة في ثلاث ولايات.",
        "language": "ar",
        "date": "2024-02-02",
        "source": "الصحيفة",
    },
    {
        "id": "quake-ur",
        "title": "زلزلہ سے دیہات متاثر",
        "text": "امدادی ٹیموں نے رات بھر ملبے میں تلاش جاری رکھی۔ جھٹکے تین صوبوں میں محسوس کیے گئے۔",
        "language": "ur",
        "date": "2024-02-03",
        "source": "اخبار",
    },
    {
        "id": "wheat-en",
        "title": "Wheat prices rise",
        "text": "Bakers in the capital pay a third more for flour than a year ago.",
        "language": "en",
        "source": "Ledger",
    },
    {
        "id": "chess-fr",
        "title": "Un tournoi pour les jeunes",
        "text": "La finale du tournoi se joue samedi dans la salle de la ville avec des joueurs de tout le pays.",
        "language": "fr",
        "date": "2024-03-01",
        "source": "Gazette",
    },
]


def write_json_lines(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    """The records as a JSON-lines file; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def okapi(rows: Sequence[Sequence[str]]) -> BM25Okapi:
    """The oracle of lexical scores over rows of terms, with the parameters that an index has by default."""
    settings = IndexSettings()
    return BM25Okapi(rows, k1=settings.bm25_k1, b=settings.bm25_b, epsilon=settings.bm25_epsilon)


def stored(folder: Path, documents: Sequence[Document]) -> DocumentStore:
    """A store of documents in a folder, in one segment, opened."""
    writer = SegmentWriter(folder / "0.db")
    writer.add(map(columns_of, documents))
    writer.close()
    zeros = np.zeros(len(documents), dtype=np.int64)
    ids = np.frombuffer(b"".join(id_digest(document.id) for document in documents), dtype=np.uint8).reshape(-1, 16)
    store = DocumentStore(
        [writer.path], zeros.astype(np.int16), np.arange(len(documents), dtype=np.int32), ids, zeros.astype(np.int8)
    )
    store.save(folder)
    return DocumentStore.open(folder)


def postings(language: str, texts: Sequence[str]) -> Postings:
    """The postings of rows with these texts."""
    nowhere, rows = np.zeros(0, dtype=np.int64), np.arange(len(texts))
    return PostingsBuilder(language).build(nowhere, rows, Pieced.of(texts), Pieced.of([]))[0]
