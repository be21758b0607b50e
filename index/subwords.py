"""The tokens of words by a model's own tokenizer, without holding all of it.

A Unigram model (Kudo, "Subword regularization", 2018) splits a word by the pieces that stand in it, and by no others.
So for few words the pieces are looked up, by hash, and the library gets a model of these alone. The whole model, which
takes long to read and much memory, is read when many words come, as when documents are indexed.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import PreTokenizer

from index.ragged import Lists

FEW = 1 << 12
"""Characters up to which words are few."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The pieces of a Unigram model by the hash of their spelling.

    `hashes`, ascending, and `numbers` have shape (pieces,), and so has `scores`, by number; `longest` counts the
    characters of the longest piece. `always` are the pieces that every model of a few has to have: first the one that
    stands for what is in no piece, and one of the lowest score, by which that is weighed.
    """

    hashes: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    scores: NDArray[np.float64]
    longest: int
    always: dict[str, int]

    @classmethod
    def of(cls, definition: Any) -> "_Pieces | None":
        """Those of a tokenizer's definition; None where its model is of another kind."""
        model = definition["model"]
        if model["type"] != "Unigram" or model.get("unk_id") is None or model.get("byte_fallback"):
            return None
        spelled, scores = [piece for piece, _ in model["vocab"]], np.array([score for _, score in model["vocab"]])
        if any(spelled[token["id"] : token["id"] + 1] != [token["content"]] for token in definition["added_tokens"]):
            return None
        hashes = _hashes(spelled)
        order = hashes.argsort()
        always = {spelled[number]: number for number in (model["unk_id"], int(scores.argmin()))}
        return cls(hashes[order], order.astype(np.int32), scores, max(map(len, spelled)), always)

    def within(self, words: Iterable[str]) -> dict[str, int]:
        """The pieces that stand in some words, and those that always have to be there, with their numbers."""
        parts = {
            word[start:end]
            for word in words
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + self.longest) + 1)
        }
        spelled = sorted(parts)
        hashes = _hashes(spelled)
        places = self.hashes.searchsorted(hashes).clip(max=len(self.hashes) - 1)
        found = (self.hashes[places] == hashes).nonzero()[0]
        numbers = self.numbers[places[found]].tolist()
        return self.always | {spelled[part]: number for part, number in zip(found.tolist(), numbers, strict=True)}


class Subwords:
    """Splits words as a tokenizer, given as the text of its JSON file, does. One thread at a time may use it.

    `size` counts its tokens; `normaliser` is what it does to a text first.
    """

    def __init__(self, definition: str) -> None:
        parsed = json.loads(definition)
        self._definition = definition.encode()
        self._pieces = _Pieces.of(parsed)
        if self._pieces is None:
            self._few = self.whole
            self.normaliser = self._few.normalizer
            self.size = self._few.get_vocab_size()
            return
        self.size = len(self._pieces.scores)
        unknown = parsed["model"]["unk_id"]
        parsed["model"] |= {"vocab": parsed["model"]["vocab"][unknown : unknown + 1], "unk_id": 0}
        self._few = _bare(json.dumps(parsed))
        self.normaliser = self._few.normalizer
        self._few.normalizer = None  # see `_fold`

    @property
    def definition(self) -> dict[str, Any]:
        """What the JSON file says, read anew."""
        parsed: dict[str, Any] = json.loads(self._definition)
        return parsed

    @property
    def pre_tokeniser(self) -> PreTokenizer:
        """What cuts a text before pieces are sought."""
        found: PreTokenizer = self._few.pre_tokenizer
        return found

    @cached_property
    def whole(self) -> Tokenizer:
        """The tokenizer itself, which pads and cuts nothing off."""
        return _bare(self._definition.decode())

    @cached_property
    def of_folded(self) -> Tokenizer:
        """The same for words that the normaliser was applied to."""
        tokenizer = _bare(self._definition.decode())
        tokenizer.normalizer = None
        return tokenizer

    def of(self, words: Sequence[str]) -> Lists:
        """The tokens of each word: all words in one call, because a call for each takes longer."""
        folded = self._fold(words)
        if self._pieces is None or sum(map(len, folded)) > FEW:
            return _split(self.of_folded, folded)
        pieces = self._pieces.within(folded)
        numbers = np.fromiter(pieces.values(), np.int32, count=len(pieces))
        scores = self._pieces.scores[numbers].tolist()
        self._few.model = Unigram(list(zip(pieces, scores, strict=True)), 0, False)
        found = _split(self._few, folded)
        return Lists(numbers[found.values], found.starts)

    def _fold(self, words: Sequence[str]) -> list[str]:
        """The words as lines of one text, folded together."""
        if self.normaliser is None or not words:
            return list(words)
        folded: list[str] = self.normaliser.normalize_str("\n".join(words)).split("\n")
        return folded


def _bare(definition: str) -> Tokenizer:
    tokenizer = Tokenizer.from_str(definition)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _split(tokenizer: Tokenizer, words: list[str]) -> Lists:
    found = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
    lengths = np.bincount(np.array(found.word_ids, np.intp), minlength=len(words))
    return Lists(np.array(found.ids, np.int32), np.concatenate([[0], np.cumsum(lengths)]))


def _hashes(spelled: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([xxhash.xxh3_64_intdigest(one.encode()) for one in spelled], dtype=np.uint64)
