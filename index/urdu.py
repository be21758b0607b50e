"""Urdu: a light stemmer on folded text, and the words too common to search for."""

# All words here are written folded: ہ for ہ, ھ and ۃ; ا for آ; و for ؤ; ی for ئ.
_SUFFIXES = (
    "یوں",  # oblique plural of feminines and of words in ی: لڑکیوں
    "یاں",  # direct plural of feminines in ی: لڑکیاں
    "ییں",  # direct plural after a vowel: دعائیں
    "ات",  # Arabic plural: معاملات
    "وں",  # oblique plural: کتابوں
    "یں",  # direct plural of feminines: کتابیں
    "اں",
    "ین",  # Persian and Arabic plural: ماہرین
    "ے",  # oblique singular and direct plural of masculines in ا and ہ: لڑکے, واقعے
    "ی",  # feminine: بڑی
    "ا",  # masculine: بڑا
    "ہ",  # masculine: واقعہ
)
# Left of a stem: shorter than this and two words of different meaning fall together.
_SHORTEST = 3

STOP_WORDS = frozenset(
    """کا کی کے کو نے سے میں پر تک اور یا بہی بہی ہی تو نہ نہیں مت ہے ہیں تہا تہی تہے تہیں ہو ہوں ہوا ہوی ہوے ہوتا
    ہوتی ہوتے ہونے ہوگا ہوگی ہوں گے گا گی گیا گیی گیے کر کرنے کرنا کرنی کرتا کرتی کرتے کیا کیے کی دیا دی دیے
    دینے لیا لی لیے لینے جا جاتا جاتی جاتے جانے جاے رہا رہی رہے چکا چکی چکے سکتا سکتی سکتے سکے یہ وہ اس ان اسے
    انہیں انہوں جس جن جسے جنہیں جو کہ کچہ کوی کسی کن کون کب کہاں کیسے کیوں کتنا کتنی کتنے ایک اپنا اپنی اپنے ہم
    میں تم اپ ہمارا ہماری ہمارے میرا میری میرے تمہارا ان بعد پہلے ساتہ لیے لیکن مگر بلکہ اگر جب تب جہاں وہاں
    یہاں اب پہر بہت زیادہ کم طرح طور دوران درمیان خلاف مطابق ذریعے بارے علاوہ سب تمام ہر صرف والا والی والے کہا
    کہنا کہتے بتایا وغیرہ تاہم چنانچہ یعنی جبکہ حالانکہ کیونکہ اندر باہر اوپر نیچے پاس سامنے""".split()
)


def stem(word: str) -> str:
    """The light stem of a folded Urdu word.

    Plural and oblique endings go, and with them the vowel that marks gender:
    >>> stem("کتابوں"), stem("کتابیں"), stem("کتاب")
    ('کتاب', 'کتاب', 'کتاب')
    >>> stem("لڑکیاں"), stem("لڑکیوں"), stem("لڑکے"), stem("لڑکا"), stem("لڑکی")
    ('لڑک', 'لڑک', 'لڑک', 'لڑک', 'لڑک')

    Arabic plurals in Urdu:
    >>> stem("معاملات"), stem("معاملہ"), stem("معاملے")
    ('معامل', 'معامل', 'معامل')

    The hamza that some writers add to a final alef:
    >>> stem("وزراء") == stem("وزرا")
    True
    """
    if word.endswith("اء"):
        word = word[:-1]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word[: -len(suffix)]
    return word
