"""Words as numbers of tokens, remembered: what spares most of the work of a static model."""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.ragged import Lists, bounds
from index.runs import RunReader
from index.subwords import Subwords
from index.unigram import Unigram

WORDS_KEPT = 1 << 19
"""Words whose tokens are remembered: some 60 MB, reached only when much text is indexed."""

_MANY = 1 << 9  # words from which on it is quicker to look at all together, getting ready for that included
_AT_ONCE = 1 << 15  # words looked at together, at most


class WordTokens:
    """Tokens of single words, worked out on first sight and remembered.

    Any number of threads may ask at once. When `limit` is passed, the later half is forgotten: what was seen
    first is what is seen most.
    """

    def __init__(self, subwords: Subwords, limit: int = WORDS_KEPT) -> None:
        self._subwords = subwords
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
        for start in range(0, len(words), _AT_ONCE):
            some = words[start : start + _AT_ONCE]
            lists = self._tokens(some)
            self._rows.update(zip(some, range(len(self._lists), len(self._lists) + len(some)), strict=True))
            self._lists = self._lists.joined(lists)

    def _tokens(self, words: list[str]) -> Lists:
        """The tokens of each word: of many together, but for those of which that cannot be said."""
        together = self._together if len(words) >= _MANY else None
        if together is None:
            return self._subwords.of(words)
        found, left_out = together.tokens(words)
        if not len(left_out):
            return found
        others = self._subwords.of([words[place] for place in left_out.tolist()])
        rows = np.arange(len(words))
        rows[left_out] = len(words) + np.arange(len(left_out))
        return found.joined(others).take(rows)

    @cached_property
    def _together(self) -> "_Together | None":
        return _Together.of(self._subwords)


class _Together:
    """What a tokenizer makes of many words at once, if it does what is done here."""

    def __init__(self, reader: RunReader, model: Unigram) -> None:
        self._reader = reader
        self._model = model

    @classmethod
    def of(cls, subwords: Subwords) -> "_Together | None":
        """None for a tokenizer that does anything else."""
        definition = subwords.definition
        model = definition["model"]
        if model["type"] != "Unigram" or model.get("unk_id") is None or model.get("byte_fallback"):
            return None
        pieces, unknown = model["vocab"], model["unk_id"]
        letters = RunReader.letters_of(piece for piece, _ in pieces)
        ours = RunReader.reads(definition, letters) and all(piece for piece, _ in pieces)
        ours = ours and not pieces[unknown][0].isalnum()  # what stands for the unknown stands in no word
        if definition["added_tokens"] or not ours:
            return None
        reader = RunReader(subwords.normaliser, subwords.pre_tokeniser, letters)
        return cls(reader, Unigram.of(pieces, letters, unknown))

    def tokens(self, words: Sequence[str]) -> tuple[Lists, NDArray[np.int64]]:
        """The tokens of each word, and which words these are wrong for."""
        runs = self._reader.read(words)
        found = self._model.cut(runs.letters, runs.starts, runs.counts)
        of_words = np.bincount(np.repeat(runs.words, found.counts), minlength=len(words))
        return Lists(found.values, bounds(of_words)), runs.left_out
