"""Arabic: a light stemmer on folded text, and the words too common to search for.

Light stemming (Larkey, Ballesteros and Connell, "Light stemming for Arabic information
retrieval", 2007) takes off the article, the conjunctions and the commonest endings, and leaves
roots alone. Ours differs where that hurts news. A first و is taken off only where it is the
conjunction, so that وزير (minister) stays whole. And a first ب ک ل ف or س is taken off where the
glossary knows the rest and does not know the whole: بمصر (in Egypt) is مصر, برید (mail) stays.
"""

from collections.abc import Iterator
from functools import lru_cache

from index import glossary
from index.affixes import by_first, by_last

# All words here and below are written folded: ہ for ه and ة, ی for ي and ى, ک for ك, ا for every alef.
_ARTICLES = ("وبال", "وکال", "فبال", "فکال", "ولل", "فلل", "وال", "فال", "بال", "کال", "لل", "ال")
_SUFFIXES = ("ہما", "تین", "تان", "یہ", "ہا", "ہم", "ہن", "کم", "نا", "ان", "ات", "ون", "ین", "وا", "تہ", "ہ", "ی")
_ARTICLES_BY_FIRST, _SUFFIXES_BY_LAST = by_first(_ARTICLES), by_last(_SUFFIXES)
# Left of a stem: shorter than this and two words of different meaning fall together.
_SHORTEST = 3

# Prepositions, conjunctions and the future that are written in one with a word.
_CLITICS = ("وب", "وک", "ول", "وس", "فب", "فک", "فل", "فس", "ب", "ک", "ل", "ف", "س")
_CLITICS_BY_FIRST = by_first(_CLITICS)
_FUTURE = "س"
_VERB_STARTS = ("ی", "ت", "ن", "ا")  # what a verb in the imperfect, and so after س, begins with

# Words that begin with و of their own. Derived forms follow by prefix: وزیر covers وزیرا, وزیرہ.
_WAW_WORDS = tuple(
    """وزیر وزار وزرا وزع وزن وطن وقت وقع وقف وقود وقای وقایہ وضع وضح وصل وصول وصف وحد وحید وحش وکال وکیل وکلا وفد
    وفود وفا وفر وفق وفیر وثیق وثایق وثق وسط وسیط وسای وسیل وسام وساط ورق ورد ورش وراء ورا وراث ورث ولد ولاد
    ولای ولاء ولیم ولی وجود وجد وجہ وجب وجوب وجیز واقع واجب واجہ وادی وارد وارث واسع واسط واشنطن واصل واضح واحد
    واحہ واثق وافق وافد واعد واعی والد والدہ والی واردات واردہ وباء وبا وبای وتر وتیر وثب ودی ودیع ودایع وداع
    وعد وعود وعی وعر وظیف وظایف وظف وشیک وصی وصای وسم وشاح وہم وہب وہاب ویب ویکی ویل ویلز وین ونزویلا ووہان
    وورلد ورم وریث وطی وقاح وقار وقوف وقوع وقی""".split()
)

STOP_WORDS = frozenset(
    """من فی علی الی عن مع ما ہذا ہذہ ذلک تلک ہولا الذی التی الذین اللذان اللتان اللاتی ہو ہی ہم ہن انا انت نحن انتم ان
    او ام لا لم لن لیس لیست کان کانت یکون تکون کانوا کل کلا بعض قد لقد ثم اذا اذ لو حتی حیث عند عندما بین بعد
    قبل خلال منذ حول دون غیر سوی ای ایہ ایضا کما کذلک لکن بل فقط مثل نحو ضد عبر لدی لہ لہا لہم لنا لک بہ بہا بہم
    فیہ فیہا فیہم منہ منہا منہم الیہ الیہا علیہ علیہا علیہم عنہ عنہا معہ معہا ہنا ہناک ہل متی این کیف لماذا ماذا
    کم الا انہ انہا انہم بان بانہ لان لانہ وان فان وہو وہی وہم وقد ولم ولا وکان وکانت ومن وفی وعلی والی وما ولکن
    کما وذلک وہذا بہذا لہذا بہذہ لہذہ کہذا بذلک لذلک بتلک لتلک التی والتی والذی مما عما فیما بما لما امام تحت
    فوق داخل خارج قال قالت یا و ف ب ک ل اکثر اقل تم یتم وقال""".split()
)


# Two words in one: و and ف before a stop word make a stop word, but for these.
_JOINED_STOPS = ("و", "ف")
_NOT_STOPS = frozenset("فعلی وغیر".split())
_SHORTEST_STOP = 3


def is_stop(word: str) -> bool:
    """Whether a folded word is too common to search for, alone or after و and ف.

    >>> is_stop("عند"), is_stop("وعند"), is_stop("فکان"), is_stop("فعلی"), is_stop("وزیر")
    (True, True, True, False, False)
    """
    if word in STOP_WORDS:
        return True
    rest = word[1:]
    return (
        word.startswith(_JOINED_STOPS) and len(rest) >= _SHORTEST_STOP and rest in STOP_WORDS and word not in _NOT_STOPS
    )


def stem(word: str) -> str:
    """The light stem of a folded Arabic word.

    The article, alone or joined, goes:
    >>> stem("والکتاب"), stem("الکتاب"), stem("بالکتاب"), stem("للکتاب"), stem("فبالکتاب"), stem("کتاب")
    ('کتاب', 'کتاب', 'کتاب', 'کتاب', 'کتاب', 'کتاب')

    A first و goes where it means "and", not where it belongs to the word:
    >>> stem("ومصر"), stem("وزیر"), stem("الوزیر"), stem("ووزیر")
    ('مصر', 'وزیر', 'وزیر', 'وزیر')

    So do ب ک ل ف, alone and joined, and the س of the future before a verb:
    >>> stem("بمصر"), stem("لمصر"), stem("کمصر"), stem("فمصر"), stem("وبمصر"), stem("سیعلن")
    ('مصر', 'مصر', 'مصر', 'مصر', 'مصر', 'یعلن')
    >>> stem("برید"), stem("لبنان"), stem("کامل"), stem("فریق"), stem("سیارہ")
    ('برید', 'لبن', 'کامل', 'فریق', 'سیار')

    Endings of number, gender and possession go:
    >>> stem("حکومہ"), stem("حکومات"), stem("حکومتہم"), stem("مہندسون"), stem("مہندسین")
    ('حکوم', 'حکوم', 'حکوم', 'مہندس', 'مہندس')
    """
    bare = _without_article(word)
    return _ends_off(_without_clitics(bare) if len(word) - len(bare) < 2 else bare)  # و is no article


def steps(word: str) -> Iterator[tuple[str, str]]:
    """What is taken off a folded word, as (rule, what is left) from step to step.

    >>> list(steps("وبالحکومات"))
    [('article وبال', 'حکومات'), ('ending ات', 'حکوم')]
    >>> list(steps("ولمصر")), list(steps("حکومتہم"))
    ([('conjunction و', 'لمصر'), ('clitic ل', 'مصر')], [('ending ہم', 'حکومت'), ('ت for ة', 'حکوم')])
    """
    bare = _without_article(word)
    if bare != word:
        article = word[: len(word) - len(bare)]
        yield ("conjunction و" if article == "و" else f"article {article}"), bare
    if len(word) - len(bare) < 2:
        rest = _without_clitics(bare)
        if rest != bare:
            yield f"clitic {bare[: len(bare) - len(rest)]}", rest
            bare = rest
    short = _without_ending(bare)
    if short != bare:
        yield f"ending {bare[len(short) :]}", short
    # The ت that stands for ة before an ending of possession: حکومتہم, حکومہ.
    if (left := _without_t(short)) != short:
        yield "ت for ة", left


def _without_article(word: str) -> str:
    for prefix in _ARTICLES_BY_FIRST.get(word[:1], ()):
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST - (prefix != "ال"):
            if prefix in ("وال", "ولل") and word.startswith(("والد", "والی")) and len(word) <= 6:
                break
            return word[len(prefix) :]
    if word.startswith("و") and len(word) > _SHORTEST and not word.startswith(_WAW_WORDS):
        return word[1:]
    return word


def _without_clitics(word: str) -> str:
    """The word without the prepositions and such before it, where the glossary knows the rest but not the whole."""
    prefixes = _CLITICS_BY_FIRST.get(word[:1], ())
    if not prefixes or len(word) <= _SHORTEST or _is_known(word):
        return word
    for prefix in prefixes:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= _SHORTEST and _is_known(rest):
            if prefix.endswith(_FUTURE) and not (rest.startswith(_VERB_STARTS) and len(rest) > _SHORTEST):
                continue
            return rest
    return word


def _is_known(word: str) -> bool:
    """Whether the glossary holds a word, or one with its stem."""
    return _ends_off(word) in _known_stems()


@lru_cache(maxsize=1)
def _known_stems() -> frozenset[str]:
    """The stems of the glossary's words, without their articles.

    Of its phrases only the first word and those with an article count: in مجلس لحقوق the ل is no part of the word.
    """
    forms = [form.split(" ") for cell in glossary.cells("ar") for form in cell.split("|")]
    words = (word for form in forms for place, word in enumerate(form) if place == 0 or word.startswith("ال"))
    return frozenset(_ends_off(_without_article(word)) for word in words)


def _ends_off(word: str) -> str:
    return _without_t(_without_ending(word))


def _without_ending(word: str) -> str:
    for suffix in _SUFFIXES_BY_LAST.get(word[-1:], ()):
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word[: -len(suffix)]
    return word


def _without_t(word: str) -> str:
    return word[:-1] if word.endswith("ت") and len(word) > _SHORTEST + 1 else word
