"""Every choice that changes what an index holds. Each default is written here and nowhere else."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from index.errors import SettingsError

FORMAT = 6
"""Version of the layout on disk; raised whenever an older reader would misread a newer index."""


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How documents become an index.

    `chunk_words`     a chunk takes whole sentences until it has about this many words
    `overlap_words`   a chunk begins with about this many words of the one before it
    `bm25_k1`, `bm25_b`, `bm25_epsilon`   as in `rank_bm25.BM25Okapi`; k1 and b chosen on XQuAD
    `vocabulary_size` terms per language that queries of another language can reach, commonest first
    `keep_generations` published generations kept on disk, the live one among them
    """

    model: str = "bundled"
    chunk_words: int = 200
    overlap_words: int = 30
    bm25_k1: float = 1.2
    bm25_b: float = 0.5
    bm25_epsilon: float = 0.25
    vocabulary_size: int = 50_000
    keep_generations: int = 2

    def __post_init__(self) -> None:
        _require(self.chunk_words >= 8, "chunk_words", self.chunk_words, "at least 8")
        _require(
            0 <= self.overlap_words < self.chunk_words, "overlap_words", self.overlap_words, "less than chunk_words"
        )
        _require(self.bm25_k1 >= 0, "bm25_k1", self.bm25_k1, "0 or more")
        _require(0 <= self.bm25_b <= 1, "bm25_b", self.bm25_b, "between 0 and 1")
        _require(self.vocabulary_size >= 0, "vocabulary_size", self.vocabulary_size, "0 or more")
        _require(self.keep_generations >= 1, "keep_generations", self.keep_generations, "at least 1")

    def to_json(self) -> dict[str, Any]:
        """The settings as the manifest records them."""
        return asdict(self)

    def same_text(self, other: "IndexSettings") -> bool:
        """Whether both make the same documents, chunks and terms of a source."""
        return replace(self, model=other.model, keep_generations=other.keep_generations) == other

    @classmethod
    def from_json(cls, recorded: dict[str, Any]) -> "IndexSettings":
        """The settings a manifest recorded; an unknown name is an error."""
        unknown = set(recorded) - {field.name for field in fields(cls)}
        if unknown:
            raise SettingsError(
                f"unknown index settings {sorted(unknown)}; this version knows others: rebuild the index"
            )
        return cls(**recorded)


def _require(holds: bool, name: str, value: object, expected: str) -> None:
    if not holds:
        raise SettingsError(f"setting {name} is {value!r}, but has to be {expected}")
