"""Which language a text is in, and how each language's words become terms.

An index keeps one partition per language it knows well (English, Arabic, Urdu) and one, `und`,
for all others. A partition's terms are made by its own stemmer, and so are a query's when it is
searched there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import regex

from index import arabic, english, urdu
from index.text import LONGEST_WORD, fold, surfaces, words

UNDETERMINED = "und"
LANGUAGES = ("en", "ar", "ur")
PARTITIONS = (*LANGUAGES, UNDETERMINED)

_ARABIC_SCRIPT = regex.compile(r"\p{Script=Arabic}")
_LATIN_SCRIPT = regex.compile(r"\p{Script=Latin}")
_URDU_LETTERS = regex.compile("[ٹڈڑںےۓہھۂۃ]")
_ARABIC_LETTERS = regex.compile("[ةىيكهأإ]")
_PERSIAN_LETTERS = regex.compile("[پچژگکی]")
# Letters of Pashto, Sindhi, Kurdish and Uyghur that neither Arabic, Urdu nor Persian writes.
_NEIGHBOUR_LETTERS = regex.compile("[ټډړښګۍېځڅڼڪٿڀڄڃڇڊڌڍڙڦڳڱٺٻێۆڕڵۇۈۋۅڭ]")

# Common words of languages that share English's script; Urdu in Latin letters is one of them.
_NOT_ENGLISH = frozenset(
    """de la le les des du et est dans pour une que qui der die das und ist nicht ein eine mit von den el los las
    una por con para del como il di che della per sono het een van niet og det som att av ve bir bu hai hain ki
    ka ke ko mein aur nahi kya bhi dan yang untuk dengan""".split()
)
_SAMPLE = 4000  # characters looked at: a language shows itself on the first page
_FEW_WORDS = 12  # below this many words an absence proves nothing
_ENGLISH_SHARE = 0.12  # function words among the words of English prose are 35 to 50 %

_REMEMBERED = 1 << 15  # spellings whose terms are remembered, in some five megabytes


@dataclass(frozen=True, slots=True)
class Analysis:
    """How one language's words become terms; `steps` tells of each rule that `stem` applies, and what it leaves."""

    stem: Callable[[str], str]
    steps: Callable[[str], Iterable[tuple[str, str]]]
    is_stop: Callable[[str], bool]


ANALYSES = {
    "en": Analysis(english.stem, english.steps, english.is_stop),
    "ar": Analysis(arabic.stem, arabic.steps, arabic.is_stop),
    "ur": Analysis(urdu.stem, urdu.steps, urdu.is_stop),
}


def partition(language: str) -> str:
    """The partition that holds documents of a BCP 47 language tag.

    >>> partition("en-GB"), partition("AR"), partition("fr")
    ('en', 'ar', 'und')
    """
    primary = language.partition("-")[0].lower()
    return primary if primary in LANGUAGES else UNDETERMINED


def term(folded: str, language: str) -> str:
    """The term that a folded word gives in a language's partition, or "" for a stop word.

    Latin words inside Arabic or Urdu text are names as a rule and stay as they are.

    >>> term("elections", "en"), term("the", "en"), term("elections", "ar")
    ('elect', '', 'elections')
    """
    analysis = ANALYSES.get(language)
    if analysis is None:
        return folded
    if analysis.is_stop(folded):
        return ""
    return analysis.stem(folded) if _is_stemmed(folded, language) else folded


def terms(folded: Sequence[str], language: str) -> list[str]:
    """`term` for many words at once.

    >>> terms(["elections", "the", "حفتر"], "en")
    ['elect', '', 'حفتر']
    """
    analysis = ANALYSES.get(language)
    if analysis is None:
        return list(folded)
    stem, is_stop, is_english = analysis.stem, analysis.is_stop, language == "en"
    return ["" if is_stop(word) else stem(word) if word.isascii() == is_english else word for word in folded]


def steps(folded: str, language: str) -> list[tuple[str, str]]:
    """The rules that lead from a folded word to its term in a language, each with what it leaves.

    >>> steps("elections", "en"), steps("elections", "ar")
    ([('Snowball', 'elect')], [])
    """
    analysis = ANALYSES.get(language)
    stemmed = analysis is not None and _is_stemmed(folded, language) and not analysis.is_stop(folded)
    return list(analysis.steps(folded)) if analysis and stemmed else []


def _is_stemmed(folded: str, language: str) -> bool:
    return folded.isascii() == (language == "en")


class _Terms(dict[str, str]):
    """Spelling → term in one language; filled as spellings are met, and begun again when it holds too many."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, surface: str) -> str:
        # Remembered here; what folding remembers would hold each spelling once more.
        found = term(fold(surface[:LONGEST_WORD]), self._language)
        found = surface if found == surface else found
        if len(self) >= _REMEMBERED:
            self.clear()
        self[surface] = found
        return found


class Analyzer:
    """Turns text into the terms of one language. `term_of` tells the term of one word as spelled, or ""."""

    def __init__(self, language: str) -> None:
        self.language = language
        # Remembered, because words repeat; a bare lookup, because each snippet asks for every word of its text.
        self.term_of: Callable[[str], str] = _Terms(language).__getitem__

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order, stop words left out.

        >>> Analyzer("en").terms("The elections were held in Tripoli.")
        ['elect', 'held', 'tripoli']
        """
        return [found for found in map(self.term_of, surfaces(text)) if found]


def detect(text: str) -> str:
    """The language of a document: `en`, `ar`, `ur` or `und`.

    The script decides first, then letters that only one of its languages writes, then common
    words. Persian, Pashto, Kurdish, French and the like are `und`.

    >>> detect("The talks in Rome ended without a deal."), detect("وصل الرئيس إلى القاهرة")
    ('en', 'ar')
    >>> detect("صدر ماسکو پہنچ گئے ہیں"), detect("Le président est arrivé dans la capitale pour une visite")
    ('ur', 'und')
    """
    sample = text[:_SAMPLE]
    arabic_letters = len(_ARABIC_SCRIPT.findall(sample))
    latin_letters = len(_LATIN_SCRIPT.findall(sample))
    letters = sum(map(str.isalpha, sample))
    if arabic_letters * 2 > letters:
        return _detect_arabic_script(sample)
    if latin_letters * 2 > letters:
        return _detect_latin_script(sample)
    return UNDETERMINED


def detect_query(text: str) -> str:
    """The language a query is typed in. Too short for statistics, so the likeliest of three.

    >>> detect_query("putin"), detect_query("پوٹن"), detect_query("حفتر"), detect_query("42")
    ('en', 'ur', 'ar', 'und')
    """
    arabic_letters = len(_ARABIC_SCRIPT.findall(text))
    latin_letters = len(_LATIN_SCRIPT.findall(text))
    if arabic_letters == latin_letters == 0:
        return UNDETERMINED
    if latin_letters > arabic_letters:
        return "en"
    if len(_URDU_LETTERS.findall(text)) + len(_PERSIAN_LETTERS.findall(text)) > len(_ARABIC_LETTERS.findall(text)):
        return "ur"
    if _share(_folded(text), urdu.STOP_WORDS) > _share(_folded(text), arabic.STOP_WORDS):
        return "ur"
    return "ar"


def _detect_arabic_script(text: str) -> str:
    neighbours = len(_NEIGHBOUR_LETTERS.findall(text))
    urdu_letters = len(_URDU_LETTERS.findall(text))
    arabic_letters = len(_ARABIC_LETTERS.findall(text))
    persian_letters = len(_PERSIAN_LETTERS.findall(text))
    if neighbours > max(urdu_letters, arabic_letters) // 10:
        return UNDETERMINED
    if urdu_letters > arabic_letters:
        return "ur"
    if persian_letters > arabic_letters:
        # Urdu typed on an Arabic or Persian keyboard still has Urdu's common words.
        return "ur" if _share(_folded(text), urdu.STOP_WORDS) >= _ENGLISH_SHARE else UNDETERMINED
    return "ar"


def _detect_latin_script(text: str) -> str:
    found = _folded(text)
    english_share = _share(found, english.STOP_WORDS)
    foreign_share = _share(found, _NOT_ENGLISH)
    if foreign_share > english_share:
        return UNDETERMINED
    if len(found) >= _FEW_WORDS and english_share < _ENGLISH_SHARE:
        return UNDETERMINED
    return "en"


def _folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def _share(found: Iterable[str], common: frozenset[str]) -> float:
    hits = [word in common for word in found]
    return sum(hits) / len(hits) if hits else 0.0
