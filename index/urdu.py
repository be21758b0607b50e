"""Urdu: a light stemmer on folded text, and the words too common to search for.

Two steps, as an inflected word has them: an ending of number or case goes, then the vowel that
marks gender, so that کہانی, کہانیاں and کہانیوں meet, and دریا and دریاؤں too.
"""

from collections.abc import Iterator, Mapping, Sequence

from index.affixes import by_last

# All words here are written folded: ہ for ہ, ھ and ۃ; ا for آ; و for ؤ; ی for ئ.
_SUFFIXES = (
    "ییاں",  # direct plural of feminines in ئی: لڑائیاں
    "ییوں",  # and oblique: لڑائیوں
    "یوں",  # oblique plural of feminines and of words in ی: لڑکیوں
    "یاں",  # direct plural of feminines in ی: لڑکیاں
    "ییں",  # direct plural after a vowel: دعائیں
    "ات",  # Arabic plural: معاملات
    "وں",  # oblique plural: کتابوں
    "یں",  # direct plural of feminines: کتابیں
    "اں",
    "ین",  # Persian and Arabic plural: ماہرین
    "یی",  # what is derived from a word in ا: دریائی
)
_VOWELS = (
    "ے",  # oblique singular and direct plural of masculines in ا and ہ: لڑکے, واقعے
    "ی",  # feminine: بڑی
    "ا",  # masculine: بڑا
    "ہ",  # masculine: واقعہ
)
_SUFFIXES_BY_LAST, _VOWELS_BY_LAST = by_last(_SUFFIXES), by_last(_VOWELS)
# Left of a stem: shorter than this and two words of different meaning fall together.
_SHORTEST = 3
# But these endings say clearly enough what they are: دنوں, حصے, حصہ.
_CLEAR = ("وں", "ے", "ہ")
_SHORTEST_CLEAR = 2
_LONG_VOWELS = "اوی"

STOP_WORDS = frozenset(
    """کا کی کے کو نے سے میں پر تک اور یا بہی بہی ہی تو نہ نہیں مت ہے ہیں تہا تہی تہے تہیں ہو ہوں ہوا ہوی ہوے ہوتا ہوتی
    ہوتے ہونے ہوگا ہوگی ہوں گے گا گی گیا گیی گیے کر کرنے کرنا کرنی کرتا کرتی کرتے کیا کیے کی دیا دی دیے دینے لیا
    لی لیے لینے جا جاتا جاتی جاتے جانے جاے رہا رہی رہے چکا چکی چکے سکتا سکتی سکتے سکے یہ وہ اس ان اسے انہیں
    انہوں جس جن جسے جنہیں جو کہ کچہ کوی کسی کن کون کب کہاں کیسے کیوں کتنا کتنی کتنے ایک اپنا اپنی اپنے ہم میں تم
    اپ ہمارا ہماری ہمارے میرا میری میرے تمہارا ان بعد پہلے ساتہ لیے لیکن مگر بلکہ اگر جب تب جہاں وہاں یہاں اب
    پہر بہت زیادہ کم طرح طور دوران درمیان خلاف مطابق ذریعے بارے علاوہ سب تمام ہر صرف والا والی والے کہا کہنا
    کہتے بتایا وغیرہ تاہم چنانچہ یعنی جبکہ حالانکہ کیونکہ کیلیے اسلیے جسلیے انکے انکی انکا اسکے اسکی اسکا جسکے
    جسکی جسکا اسمیں جسمیں جنکے جنکی ہیکہ ہونگے ہونگی ہوگے اندر باہر اوپر نیچے پاس سامنے""".split()
)


def is_stop(word: str) -> bool:
    """Whether a folded word is too common to search for; کے لیے is, in two words or one.

    >>> is_stop("کیلیے"), is_stop("کے"), is_stop("لیے"), is_stop("کتاب")
    (True, True, True, False)
    """
    return word in STOP_WORDS


def stem(word: str) -> str:
    """The light stem of a folded Urdu word.

    Plural and oblique endings go, and with them the vowel that marks gender:
    >>> stem("کتابوں"), stem("کتابیں"), stem("کتاب")
    ('کتاب', 'کتاب', 'کتاب')
    >>> stem("لڑکیاں"), stem("لڑکیوں"), stem("لڑکے"), stem("لڑکا"), stem("لڑکی")
    ('لڑک', 'لڑک', 'لڑک', 'لڑک', 'لڑک')
    >>> stem("لڑایی"), stem("لڑاییاں"), stem("لڑاییوں"), stem("دریا"), stem("دریاوں"), stem("دریایی")
    ('لڑا', 'لڑا', 'لڑا', 'دری', 'دری', 'دری')

    Two letters are left where the ending is clear and no long vowel stands before it:
    >>> stem("حصہ"), stem("حصے"), stem("حصوں"), stem("دنوں"), stem("شاہ"), stem("گاوں")
    ('حص', 'حص', 'حص', 'دن', 'شاہ', 'گاوں')

    Arabic plurals in Urdu:
    >>> stem("معاملات"), stem("معاملہ"), stem("معاملے"), stem("ماہرین"), stem("ماہر")
    ('معامل', 'معامل', 'معامل', 'ماہر', 'ماہر')

    The hamza that some writers add to a final alef, also under an izafat (its own sign is folded off):
    >>> stem("وزراء") == stem("وزرا"), stem("ابتداء") == stem("ابتدا")
    (True, True)
    """
    return _without(_without(_without_hamza(word), _SUFFIXES_BY_LAST), _VOWELS_BY_LAST)


def steps(word: str) -> Iterator[tuple[str, str]]:
    """What is taken off a folded word, as (rule, what is left) from step to step.

    >>> list(steps("کہانیوں")), list(steps("دریاوں")), list(steps("وزراء"))
    ([('ending یوں', 'کہان')], [('ending وں', 'دریا'), ('vowel ا', 'دری')], [('hamza', 'وزرا'), ('vowel ا', 'وزر')])
    """
    if (bare := _without_hamza(word)) != word:
        yield "hamza", bare
    for kind, endings in (("ending", _SUFFIXES_BY_LAST), ("vowel", _VOWELS_BY_LAST)):
        short = _without(bare, endings)
        if short != bare:
            yield f"{kind} {bare[len(short) :]}", short
            bare = short


def _without_hamza(word: str) -> str:
    return word[:-1] if word.endswith("اء") else word


def _without(word: str, endings: Mapping[str, Sequence[str]]) -> str:
    """The word without the first of these endings, filed by their last letters, that it may lose."""
    for ending in endings.get(word[-1:], ()):
        if word.endswith(ending) and _may_lose(word, ending):
            return word[: -len(ending)]
    return word


def _may_lose(word: str, ending: str) -> bool:
    left = len(word) - len(ending)
    if left >= _SHORTEST:
        return True
    return ending in _CLEAR and left == _SHORTEST_CLEAR and word[left - 1] not in _LONG_VOWELS
