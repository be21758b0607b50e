"""Texts as numbers of tokens, and the memory of words that spares most of the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

WORDS_KEPT = 1 << 19
"""Words whose tokens are remembered: some 60 MB, reached only when much text is indexed."""


@dataclass(frozen=True, slots=True)
class TokenLists:
    """Lists of token numbers, one after another: list i is `tokens[starts[i]:starts[i + 1]]`."""

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "TokenLists":
        """`TokenLists.of([[1, 2], [3]])` has tokens 1 2 3 and starts 0 2 3."""
        starts = np.zeros(len(lists) + 1, np.int64)
        np.cumsum(lengths_of(lists), out=starts[1:])
        return cls(np.fromiter(chain.from_iterable(lists), np.int32, count=int(starts[-1])), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: NDArray[np.integer]) -> "TokenLists":
        """The lists numbered `rows`, in that order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return TokenLists(self.tokens[places], starts)

    def joined(self, other: "TokenLists") -> "TokenLists":
        """These lists, then those of `other`."""
        starts = np.concatenate([self.starts, other.starts[1:] + self.starts[-1]])
        return TokenLists(np.concatenate([self.tokens, other.tokens]), starts)


class WordTokens:
    """Tokens of single words, worked out on first sight and remembered.

    Any number of threads may ask at once. When `limit` is passed, the later half is forgotten: what was seen
    first is what is seen most.
    """

    def __init__(self, tokenizer: Tokenizer, limit: int = WORDS_KEPT) -> None:
        self._normaliser = tokenizer.normalizer
        self._tokenizer = tokenizer  # without its normaliser from here on: see _fold
        self._tokenizer.normalizer = None
        self._limit = limit
        self._lock = Lock()
        self._rows: dict[str, int] = {}
        self._lists = TokenLists.of([])

    def of(self, words: Sequence[str]) -> TokenLists:
        """The tokens of each of `words`."""
        with self._lock:
            rows = list(map(self._rows.get, words))
            if None in rows:
                if len(self._rows) >= self._limit:
                    self._forget()
                self._learn([word for word in dict.fromkeys(words) if word not in self._rows])
                rows = list(map(self._rows.get, words))
            known = self._lists
        return known.take(np.array(rows, np.int32))

    def _forget(self) -> None:
        kept = self._limit // 2
        self._rows = {word: row for word, row in self._rows.items() if row < kept}
        self._lists = self._lists.take(np.arange(kept))

    def _learn(self, words: list[str]) -> None:
        """All words in one call, as one text of many words: a call for each takes three times as long."""
        found = self._tokenizer.encode(self._fold(words), is_pretokenized=True, add_special_tokens=False)
        lengths = np.bincount(np.array(found.word_ids, np.intp), minlength=len(words))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        self._rows.update(zip(words, range(len(self._lists), len(self._lists) + len(words)), strict=True))
        self._lists = self._lists.joined(TokenLists(np.array(found.ids, np.int32), starts))

    def _fold(self, words: list[str]) -> list[str]:
        """The words as lines of one text, folded together."""
        return self._normaliser.normalize_str("\n".join(words)).split("\n") if self._normaliser else words


def lengths_of(lists: Sequence[Sequence[object]]) -> NDArray[np.intp]:
    """`lengths_of([[1, 2], [3]])` is `[2, 1]`."""
    return np.fromiter(map(len, lists), np.intp, count=len(lists))
