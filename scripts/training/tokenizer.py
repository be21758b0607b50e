"""The tokenizer: how a text becomes tokens, stated once, inside tokenizer.json.

    text ──normaliser──▶ folded text ──pre-tokeniser──▶ pieces ──model──▶ tokens

A *piece* is a run of letters or a run of digits, with a leading `▁`. Everything between pieces
(spaces, punctuation) is dropped, so a piece never depends on its neighbours: the tokens of a text
are the tokens of its whitespace-separated words, one after another. `index/encoder.py` relies on
that, and the training data is prepared on pieces for the same reason.
"""

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

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

BETWEEN_PIECES = r"[^\p{L}\p{N}]+"

ARABIC_PROCLITICS = r"^(?:[وف]?(?:ال|بال|کال)|[وف]?لل)(?=\p{L}{3})"
"""Conjunction, preposition and article before a word of three letters or more: والكتاب → وال + كتاب."""


def normaliser() -> normalizers.Normalizer:
    """Fold letters that writers use interchangeably: `مُحَمَّد` → `محمد`, `كتابٌ ۲۰` → `کتاب 20`, `Ünal` → `unal`."""
    steps: list[normalizers.Normalizer] = [normalizers.NFKD(), normalizers.Lowercase()]
    steps += [normalizers.Replace(Regex(pattern), to) for pattern, to in FOLDS]
    steps += [normalizers.Replace(chr(ord(zero) + n), str(n)) for zero in ZEROS for n in range(10)]
    return normalizers.Sequence(steps)


def pre_tokeniser() -> pre_tokenizers.PreTokenizer:
    """Cut folded text into pieces: `وال2 کتاب.` → `▁وال`, `▁2`, `▁کتاب`."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(BETWEEN_PIECES), behavior="removed"),
            pre_tokenizers.Split(Regex(r"\p{N}+"), behavior="isolated"),
            pre_tokenizers.Split(Regex(ARABIC_PROCLITICS), behavior="isolated"),
            pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
        ]
    )


def train_tokenizer(pieces: Iterable[str], vocabulary_size: int) -> Tokenizer:
    """A byte-pair vocabulary over `pieces`, each given as often as it should count.

    The pieces are folded and cut already, so the costly normaliser is put in after training.
    """
    tokenizer = Tokenizer(BPE(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = BpeTrainer(
        vocab_size=vocabulary_size, special_tokens=[UNKNOWN], limit_alphabet=400, show_progress=False
    )
    tokenizer.train_from_iterator(pieces, trainer)
    tokenizer.normalizer = normaliser()
    tokenizer.pre_tokenizer = pre_tokeniser()
    return tokenizer
