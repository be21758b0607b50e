"""Urdu: a light stemmer on folded text, and the words too common to search for.

Two steps, as an inflected word has them: an ending of number or case goes, then the vowel that
marks gender, so that کہانی, کہانیاں and کہانیوں meet, and دریا and دریاؤں too.
"""

from collections.abc import Iterator

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
    return [word, *(left for _, left in steps(word))][-1]


def steps(word: str) -> Iterator[tuple[str, str]]:
    """What is taken off a folded word, as (rule, what is left) from step to step.

    >>> list(steps("کہانیوں")), list(steps("دریاوں")), list(steps("وزراء"))
    ([('ending یوں', 'کہان')], [('ending وں', 'دریا'), ('vowel ا', 'دری')], [('hamza', 'وزرا'), ('vowel ا', 'وزر')])
    """
    if word.endswith("اء"):
        word = word[:-1]
        yield "hamza", word
    for kind, endings in (("ending", _SUFFIXES), ("vowel", _VOWELS)):
        found = next((ending for ending in endings if word.endswith(ending) and _may_lose(word, ending)), "")
        if found:
            word = word[: -len(found)]
            yield f"{kind} {found}", word


def _may_lose(word: str, ending: str) -> bool:
    left = len(word) - len(ending)
    if left >= _SHORTEST:
        return True
    return ending in _CLEAR and left == _SHORTEST_CLEAR and word[left - 1] not in _LONG_VOWELS
