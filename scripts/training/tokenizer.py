"""The tokenizer: how a text becomes tokens, stated once, inside tokenizer.json.

    text ──normaliser──▶ folded text ──pre-tokeniser──▶ pieces ──unigram model──▶ tokens

A *piece* is a run of letters or a run of digits. Everything between pieces (spaces, punctuation) is dropped, so
a piece never depends on its neighbours: the tokens of a text are the tokens of its whitespace-separated words, one
after another. `index/static.py` relies on that, and the training data is prepared on pieces for the same reason.

Tokens carry no mark of where a word begins, so that a stem is one token with and without what Arabic, Urdu and
English attach to it: `وقالت` → و + قال + ت, `وزیروں` → وزیر + وں, `governments` → government + s.
"""

import math
from collections import defaultdict
from collections.abc import Mapping

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE, Unigram
from tokenizers.trainers import BpeTrainer

from index.runs import ARABIC_PROCLITICS, BETWEEN_PIECES, DIGITS

UNKNOWN = "[UNK]"

FOLDS = (
    (r"[\p{Mn}\p{Cf}ـ]", ""),  # marks (Arabic and Latin), zero-width and bidi characters, tatweel
    ("[ىيۍې]", "ی"),
    ("[كڪ]", "ک"),
    ("[هھةۃە]", "ہ"),
    ("ٱ", "ا"),
    ("[ۆۇۈۋ]", "و"),
    ("ı", "i"),
    ("ł", "l"),
    ("ø", "o"),
    ("đ", "d"),
    ("ß", "ss"),
    ("ς", "σ"),
)
"""Pattern and replacement, after NFKD and lower case (NFKD has taken hamza and madda off their letters by then).

The same letters as `index.text.fold`; a test holds the two together.
"""

ZEROS = "٠۰०"
"""The zero of each digit set that is folded to ASCII: Arabic, Urdu and Persian, Devanagari."""

WORD_PATTERN = r"[^\s!-/:-@\[-`{-~،؛؟۔«»…–—“”‘’]+"
"""What `index/static.py` takes for a word: nothing reaches across white space or these marks, none of which folding
makes a letter of. They are not all there are, only those that stand beside words most often."""

AFFIXES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ar": (
        ("", "و", "ف", "ب", "ل", "ک", "س"),
        ("", "ہا", "ہم", "ہما", "ہ", "ات", "ون", "ین", "ان", "نا", "وا", "تہ", "یہ", "ی", "ت"),
    ),
    "ur": (("",), ("", "وں", "یں", "یاں", "ات")),
    "en": (("",), ("", "s", "es", "ed", "d", "ing", "ly", "er", "ers", "al")),
}
"""What may be cut off the front and the end of a word, in folded letters. Arabic ones cut off Urdu words cost
Urdu questions 2 points."""

STEM_LENGTH = 3
STEM_COUNT = 20
"""Letters and occurrences that a stem must have."""

Counts = Mapping[str, Mapping[str, float]]
"""Language → piece → how often it occurs in that language's texts."""


def normaliser() -> normalizers.Normalizer:
    """Fold letters that writers use interchangeably: `مُحَمَّد` → `محمد`, `كتابٌ ۲۰` → `کتاب 20`, `Ünal` → `unal`."""
    steps: list[normalizers.Normalizer] = [normalizers.NFKD(), normalizers.Lowercase()]
    steps += [normalizers.Replace(Regex(pattern), to) for pattern, to in FOLDS]
    steps += [normalizers.Replace(chr(ord(zero) + n), str(n)) for zero in ZEROS for n in range(10)]
    return normalizers.Sequence(steps)


def pre_tokeniser() -> pre_tokenizers.PreTokenizer:
    """Cut folded text into pieces: `وال2 والکتاب.` → `وال`, `2`, `وال`, `کتاب`."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(BETWEEN_PIECES), behavior="removed"),
            pre_tokenizers.Split(Regex(DIGITS), behavior="isolated"),
            pre_tokenizers.Split(Regex(ARABIC_PROCLITICS), behavior="isolated"),
        ]
    )


def segment(piece: str, counts: Counts) -> list[str]:
    """Cut off what its language attaches, where the rest is commoner than the whole.

    >>> segment("games", {"en": {"games": 30, "game": 90}}), segment("bring", {"en": {"bring": 30, "br": 90}})
    (['game', 's'], ['bring'])
    """
    language = max(AFFIXES, key=lambda code: counts.get(code, {}).get(piece, 0.0))
    known = counts.get(language, {})
    best, parts = max(float(STEM_COUNT), known.get(piece, 0.0)), [piece]
    prefixes, suffixes = AFFIXES[language]
    for before in prefixes if piece.isalpha() else ():
        for after in suffixes if piece.startswith(before) else ():
            stem = piece[len(before) : len(piece) - len(after)]
            if piece.endswith(after) and len(stem) >= STEM_LENGTH and known.get(stem, 0.0) > best:
                best, parts = known[stem], [part for part in (before, stem, after) if part]
    return parts


def train_tokenizer(counts: Counts, vocabulary_size: int, exponent: float) -> Tokenizer:
    """A unigram model over the pieces counted: tokens from byte-pair merges inside segments, scored by their use.

    A piece seen c times weighs c^exponent in the merges. Byte pairs alone would cut `وقالت` as وق + الت; with each
    token's log probability as its score the likeliest cut is و + قال + ت.
    """
    seen: dict[str, float] = {}
    for language in sorted(counts):
        for piece, count in counts[language].items():
            seen[piece] = seen.get(piece, 0.0) + count
    segments = {piece: segment(piece, counts) for piece in seen}
    merges = Tokenizer(BPE(unk_token=UNKNOWN))
    merges.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = BpeTrainer(vocab_size=vocabulary_size, special_tokens=[UNKNOWN], limit_alphabet=400, show_progress=False)
    lines = (" ".join(segments[piece] * round(count**exponent)) for piece, count in seen.items())
    merges.train_from_iterator(lines, trainer)
    used: dict[str, float] = defaultdict(float)
    for piece, count in seen.items():
        for part in segments[piece]:
            for token in merges.model.tokenize(part):
                used[token.value] += count
    total = sum(used.values())
    tokens = sorted(merges.get_vocab().items(), key=lambda item: item[1])
    scores = [(token, math.log((used[token] + 0.5) / total)) for token, _ in tokens]
    tokenizer = Tokenizer(Unigram(scores, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normaliser()
    tokenizer.pre_tokenizer = pre_tokeniser()
    return tokenizer
