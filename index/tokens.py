"""Words as numbers of tokens, remembered: what spares most of the work of a static model."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from tokenizers import Tokenizer

from index.ragged import Lists

WORDS_KEPT = 1 << 19
"""Words whose tokens are remembered: some 60 MB, reached only when much text is indexed."""


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
        self._lists = Lists.of([])

    def of(self, words: Sequence[str]) -> Lists:
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
        self._lists = self._lists.joined(Lists(np.array(found.ids, np.int32), starts))

    def _fold(self, words: list[str]) -> list[str]:
        """The words as lines of one text, folded together."""
        return self._normaliser.normalize_str("\n".join(words)).split("\n") if self._normaliser else words
