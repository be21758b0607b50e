"""Every choice of the training, once, with its reason."""

from dataclasses import dataclass, field

LANGUAGES = ("en", "ar", "ur")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What `scripts/train_model.py` does; two runs with equal settings and data give equal weights."""

    licences: tuple[str, ...] = ("open",)
    """Folders of the data that may be used: the shipped weights are to be free for every use."""

    seed: int = 20240607
    """Of every random choice."""

    vocabulary_size: int = 64_000
    """25 MB in int8 at 384 dimensions; most words of news are one token."""

    count_exponent: float = 0.75
    """A piece seen c times weighs c^0.75 in the vocabulary, so that rare words are not cut to letters."""

    dimensions: int = 384
    """Against 256: one to two points within a language, two to three between languages; as many as 30 MB allow. The
    index holds this many numbers a passage, in one byte each, and a search multiplies them."""

    temperature: float = 0.1
    """At the first step. A high one draws languages together: at 0.035 the crossing pairs lose 5 points, at
    0.08 they gain 3 to 5 and same-language retrieval loses 1 or 2, against 0.05."""

    final_temperature: float = 0.05
    """At the last step; it falls in a straight line. A low one tells like passages apart."""

    batch_size: int = 2048
    """Also the number of negatives; larger gains little and costs quadratically."""

    epochs: int = 6
    """The first gives nine tenths of what all of them give; names and everyday sentences gain longest."""

    learning_rate: float = 0.02
    """Of Adam on the rows that a batch touches."""

    warm_up: float = 0.05
    """Share of all steps over which the learning rate rises; it falls linearly to zero after that."""

    initial_scale: float = 0.1
    """Standard deviation of the first token vectors; Adam's step of 0.02 must be able to move them."""

    whitening: float = 0.1
    """See whitening.py. After four epochs 0.1 lifts every figure by up to a point; 0.2 lifts long texts only."""

    maximum_pieces: int = 96
    """Texts are cut here: a passage of the index is about as long."""

    left_out: tuple[str, ...] = ("l10n-aosp-systemui",)
    """Files of the open class that are not used: this one's source states no licence."""

    row_caps: dict[str, int] = field(
        default_factory=lambda: {
            "worldwords-mt": 40_000,
            "tahirmustafa-100k-mt": 80_000,
            "l10n-erpnext-mt": 4_000,
            "l10n-frappe-mt": 2_000,
            "xlsx_parallel30k": 20_000,
            "bible": 15_000,
            "hadith": 15_000,
            "quran": 15_000,
            "wiktionary-vuizur-inflected": 80_000,
        }
    )
    """Rows taken of files that are machine-translated, scriptural or lopsided: more would teach their style."""

    paragraphs_per_language: int = 150_000
    """News and encyclopedia paragraphs used for views and code-switching, by language they are written in."""

    paragraph_minimum: int = 16
    """Pieces; a shorter paragraph has no two halves worth telling apart."""

    words_share: float = 0.6
    """Share of the dictionary rows in each epoch, other ones each time: there are so many, and most are rare."""

    everyday_rounds: int = 2
    """How often an epoch goes over the short everyday sentences: they are few, and the nearest to a spoken query."""

    third_rounds: int = 2
    """How often everyday sentences and our own also meet the language they lack, by word-by-word translation."""

    own_rounds: int = 4
    """How often an epoch goes over our own sentences, questions and passages, the only ones of their kinds."""

    answer_rounds: int = 6
    """How often an epoch asks each of our own questions, each time in other languages."""

    views_per_epoch: int = 250_000
    """Pairs made from the paragraphs of each language and epoch."""

    same_language: float = 1.5
    """How much oftener a view has both its texts as they were written than one of them translated."""

    titles_rounds: int = 4
    """How often an epoch goes over the titles, each time in other languages."""

    roman_share: float = 0.25
    """How often a view asks in Roman Urdu, against once in each other language."""

    glossary_weight: float = 4.0
    """Votes of a glossary row for a translation; a row of any other lexicon has one."""

    pivot_weight: float = 0.3
    """Of a translation through a third language, against one that is stated."""

    keep_untranslated: float = 0.2
    """Share of words without a translation that stay in a switched text; more makes the match too easy."""
