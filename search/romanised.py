"""Urdu and Arabic typed in Latin letters: which of them a query is, and how its words are spelled in their own script.

`romanised` says "ur-Latn" of "putin aur assad ki mulaqat" and "ar-Latn" of "7aftar fi roma". It adds what speaks for a
language (its function words, its words in the glossary, digits that stand for letters) and takes off what speaks
for English; a name speaks for none. `arabizi` and `roman_urdu` spell a word in candidates, of which a caller keeps
those that its vocabulary holds.

The letters of a romanised word are cut into units, and each unit may be spelled in a few ways, each at a cost; the
candidates are the spellings of least cost. All are folded as `index.text.fold` folds.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from index import glossary
from index.english import STOP_WORDS
from index.phonetics import similarity
from index.text import LONGEST_WORD, fold

ROMAN_URDU, ARABIZI = "ur-Latn", "ar-Latn"

_NAMED = (b"person", b"place", b"organisation")  # kinds of rows

# Words that no English sentence and few names hold.
_URDU_STRONG = frozenset(
    """hai hain nahi nahin nahee nahien mein aur awr bhi kya kyun kyon kyunke kyunki kaise kaisa kaisi kahan kahaan
    wahan wahaan yahan yahaan raha rahi rahe rahay gaya gayi karna karne karni karta karti karte kartay karke karein
    kiya kiye kiay diya diye liya liye huwa huwi huye huay hota hoti hote hotay hoga hogi honge tha thi thay thein wala
    wali wale walay waala waale waali apna apni apne apnay iska iski iske isko usko uska uski uske unka unki unke inka
    inki inke unhon unhone unhein unhen inhon inhone inhein inhen jinhon jinhein jis jise jisay jiska jiski jiske kisi
    kuch kuchh saath pehle pehlay pehla pehli lekin phir tarah zyada ziyada zyaada bohat bahut bohot bahot sirf sakta
    sakti sakte saktay chahiye mujhe mujhay mera meri tera teri hamara hamari hamare humein hamein yeh woh jabke
    jabkay balke balkay taake taakay chunke darmiyan darmiyaan mutabiq khilaf khilaaf zariye zariay baare jata jati
    jate jaata jaati jaate jaye jaaye jayen dono donon hona kitna kitne kitni aise aisa aisi unko inko banaya hein theen
    chuka chuki chuke
    waghera waghaira wagera wagairah wagaira maslan yaani talluq shumali shumaali junubi junoobi janoobi maghribi
    mashriqi bade badi barae chhota chhoti chhote purana purani nayi waqe waqai waqay paidaish wafat wafaat tarjuma
    hasil haasil wajah sheher shehar shehr zaban zabaan tareekh mashhoor mashhur khandan khaandaan dosra doosra doosri
    dusra dusri dusre doosre bartanwi bartania bartaniya naal jinka jinki jinke kaha kahi kehte
    kehna dete deta deti lete leta leti karen kare karo karain kijiye hoon""".split()
)
# Words that may also be a name, an abbreviation or a rare English word: they count after another word only.
_URDU_WEAK = frozenset(
    """ka ki ke kay kee ko ne ney nay se ho hua hui hue gaye gai tak ya ye wo jo ek aik kar koi jin kis kab jahan
    agar magar baad sath mai aap tum hum sab wa dia lia kia
    hone kon kaun taur liay jaise az bana bani bane laga lagi lage hun naya""".split()
)
# Between two words of some length these join them as Urdu does: "imran khan ki speech".
_URDU_JOINTS = frozenset("ka ki ke kay kee ko ne ney aur".split())
# Urdu words that are English ones more often: they speak for neither. In Urdu "the" (were) ends a clause.
_EITHER = frozenset("is in us un me main to so do on par per he hi hum are has am as at or bar not na".split())
# These end a clause, and an Urdu query: "kahan waqe he".
_URDU_LAST = frozenset("he the hen they".split())
# Spellings that are common in Roman Urdu and rare in English and its names; of a word that is not English.
_URDU_LOOK = regex.compile(r"aa|q[aeio]|chh|jh|kht|iya[tn]$|[aei]yi$|yon$|^mu[tqz]a|^ta[qs][aeiou]|^bh(?!p)|aye$")
_URDU_FAINT_LOOK = regex.compile(
    r"[eo]{2}n$|aon$|iya$|ww|^kh(?!an$)|[^aeiou]h[aeiou]ra|dar$|nama$|gh[aiu]|wi$|iyy|ah$|zi$"
)
_LATIN_PAIRS = frozenset(
    {("lo", "mein"), ("chow", "mein"), ("mein", "kampf"), ("hai", "phong"), ("marvin", "gaye"), ("ban", "ki")}
)

_ARABIC_STRONG = frozenset(
    """3an 3ala 3la 3ali ila ela ma3 ma3a ba3d ba3da hatha hadha hadhihi hazihi
    alladhi allathi allati kayfa keif limatha
    limadha leish laysa bayna bain khilal 3ind 3inda inna lakin laken dhalik mish 2an
    2al e7na fil bil fel bel lil""".split()
)
_ARABIC_WEAK = frozenset("min wa bi ala aan 3 li ma maa la qad hal man mata ya".split())
_ARTICLES = frozenset(("al", "el", "il"))
# What "fi" follows in English.
_BEFORE_ENGLISH_FI = frozenset("sci wi hi lo low semper pay".split())
# Words of the news as Arabic speakers type them, without article and without digits.
_ARABIC_WORDS = frozenset(
    """rais raees wazir wazeer wozara wuzara wizara wezara hukuma hokuma hukouma hokoma intikhabat entekhabat
    intikhab kharijiya kharijia dakhiliya dakhilia difa jaysh gaysh geish jeish harb salam salaam ijtima ijtimaa
    liqa mufawadat mofawadat muhadathat mohadathat muzaharat mozaharat muzahara ihtijaj ihtijajat thawra sawra
    thawrat dawla dawlat duwal majlis maglis nuwab nowab barlaman shaab sha3b madina madinat mudun qasf qatla jarha
    shuhada shahid infijar hujum hogoum hojoum irhab akhbar khabar jadid gedid jadida akhir qarar qanun qanoon
    qanoun dustur dostour iqtisad eqtesad naft ghaz dolar asar as3ar jamia jami3a jamiat talib tullab madrasa
    mustashfa mostashfa marad fayrus corona kurat qadam mubarat mubarayat muntakhab montakhab fariq nadi kas batal
    butula botola wataniya watani watan arabiya arabia arabi islamiya islami muslimin masihi amrika amrikiya amriki
    rusiya rusia rousia turkiya turkia masr misr suriya souria suria lubnan libnan filistin falasteen falastin
    urdun ordon saudiya saoudia maghrib maghreb jazair gazair yaman sudan soudan tunis tunes iraq quds ghazza gaza
    qahira dimashq bayrut beirut baghdad amman riyad khartoum tarablus trablus muttahida mottahida umam
    wilayat hudud hodoud laji lajiin nazihin hudna hodna ittifaq ettefaq itifaq muahada qimma siyasa siyasi siyasiya
    hizb ahzab muarada mo3arada nizam ra2is malik amir shaykh sheikh imam masjid masgid sahafa sahafi ilam nisa mara
    rijal awlad atfal nas youm yawm sana shahr lail layl bahr nahr jabal ard sama taqs matar zilzal hariq""".split()
)

# A word in which a digit stands for a letter: by place, what may stand there and is no unit, model or rank.
_DIGIT_WORD = regex.compile(r"(?=[a-z]*[2356789])[a-z2356789]+")
_INNER_DIGIT = regex.compile(r"[a-z][2356789][a-z]")
_VOWEL = regex.compile(r"[aeiou]")
_LEADING_SURE, _LEADING_UNSURE = "37", "25689"
_NOT_DIGIT_WORDS = frozenset(
    """7eleven 3some 7some 2pac 3com 3dprinter se7en sk8er sk8ers gr8est h8ers l8er l8ers w8ing sk8ing w8ed 2gether
    2night 2morrow in2it any1 be4hand up2date face2face peer2peer back2back business2business man2man""".split()
)

# Content words shorter than this are too often a name or an abbreviation.
_SHORTEST_CONTENT = 4
_STRONG, _JOINT, _WEAK, _CONTENT = 2.0, 1.5, 1.0, 1.0
_DIGITS = 3.0
_LAST, _LOOK, _FAINT_LOOK = 1.0, 1.0, 0.5
_ENGLISH_FUNCTION, _ENGLISH_CONTENT = -1.5, -0.5
_ENOUGH = 1.0

_MOST_ARABIC, _MOST_URDU = 12, 8


def romanised(words: Sequence[str]) -> str:
    """What the folded words of a query are: "ur-Latn" (Roman Urdu), "ar-Latn" (Arabizi), or "" (English, all else).

    >>> romanised("putin aur assad ki mulaqat".split()), romanised("karachi mein barish".split())
    ('ur-Latn', 'ur-Latn')
    >>> romanised("haftar fi roma".split()), romanised(["7aftar"]), romanised("ra2is el wozara".split())
    ('ar-Latn', 'ar-Latn', 'ar-Latn')
    >>> romanised("the main hospital in karachi".split()), romanised("putin".split()), romanised(["covid19"])
    ('', '', '')
    """
    latin = [word for word in words if word.isascii() and not word.isdecimal()]
    if len(latin) * 2 <= len(words):
        return ""
    english = sum(_ENGLISH_FUNCTION for place in range(len(latin)) if _is_english_function(latin, place))
    if english + _most(latin) < _ENOUGH:
        return ""
    lexicon = _lexicon()
    english += sum(_ENGLISH_CONTENT for word in latin if word in lexicon.english)
    urdu = english + sum(_urdu_weight(latin, place, lexicon) for place in range(len(latin)))
    arabic = english + sum(_arabic_weight(latin, place) for place in range(len(latin)))
    if max(urdu, arabic) < _ENOUGH:
        # Nothing but Urdu words, however few: "hukumat".
        return ROMAN_URDU if latin and all(_is_urdu_content(word, lexicon.urdu) for word in latin) else ""
    return ROMAN_URDU if urdu >= arabic else ARABIZI


def _most(words: Sequence[str]) -> float:
    """What words might weigh at most; spares an English query the glossary."""
    return sum(_DIGITS if word not in STOP_WORDS and word not in _EITHER else 0.0 for word in words)


def _is_english_function(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if word in _URDU_LAST and place > 1 and place + 1 == len(words):
        return False
    if word == "the":
        return True
    return word in STOP_WORDS and word not in _EITHER and word not in _URDU_WEAK


def _urdu_weight(words: Sequence[str], place: int, lexicon: "_Lexicon") -> float:
    word = words[place]
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if (before, word) in _LATIN_PAIRS or (word, after) in _LATIN_PAIRS:
        return 0.0
    if word in _URDU_STRONG:
        return _STRONG
    if word in _URDU_WEAK:
        if not before:
            return 0.0
        long = min(len(before), len(after)) >= _SHORTEST_CONTENT
        return _JOINT if long and word in _URDU_JOINTS else _WEAK
    if word in _URDU_LAST and place > 1 and not after:
        return _LAST if word == "he" else _LAST / 2
    if _is_urdu_content(word, lexicon.urdu):
        return _CONTENT
    strange = len(word) >= _SHORTEST_CONTENT and word not in lexicon.known and word not in STOP_WORDS
    if not strange or len(words) == 1:
        return 0.0
    return _LOOK if _URDU_LOOK.search(word) else _FAINT_LOOK if _URDU_FAINT_LOOK.search(word) else 0.0


def _is_urdu_content(word: str, content: frozenset[str]) -> bool:
    return len(word) >= _SHORTEST_CONTENT and word in content


def _arabic_weight(words: Sequence[str], place: int) -> float:
    word = words[place]
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if word in _ARABIC_STRONG:
        return _STRONG
    if _has_letter_digits(word):
        return _DIGITS
    if word == "fi" and before and after and before not in _BEFORE_ENGLISH_FI:
        return _JOINT
    if word in _ARABIC_WEAK and before and after and not before.isdecimal():
        return _WEAK / 2
    if word in _ARABIC_WORDS:
        return _CONTENT if before in _ARTICLES else _CONTENT / 2
    return 0.0


def _has_letter_digits(word: str) -> bool:
    """Whether digits stand for letters in a folded word.

    >>> [word for word in "7aftar ra2is 5alifa jaza2ir covid19 h1n1 f16 7th 5pm 3d mp3 2pac g20".split()
    ...  if _has_letter_digits(word)]
    ['7aftar', 'ra2is', '5alifa', 'jaza2ir']
    """
    if not _DIGIT_WORD.fullmatch(word) or word in _NOT_DIGIT_WORDS:
        return False
    letters = "".join(filter(str.isalpha, word))
    digits = len(word) - len(letters)
    if len(letters) < max(3, 2 * digits) or not _VOWEL.search(letters):
        return False
    if _INNER_DIGIT.search(word):
        return True
    rest = word.lstrip("2356789")
    if len(rest) < len(letters) or rest in STOP_WORDS or rest in _lexicon().english:
        return False
    return word[0] in _LEADING_SURE or (word[0] in _LEADING_UNSURE and len(rest) > 3)


class _Lexicon(NamedTuple):
    """Of the glossary: common English words, all English words, Urdu words in Latin letters, and all lines."""

    english: frozenset[str]
    known: frozenset[str]
    urdu: frozenset[str]
    lines: tuple[bytes, ...]


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    """Read at first need. It is cut as bytes: decoding the Arabic and Urdu of it would take longer than the rest."""
    lines = [row.lower() for row in glossary.rows()]
    named = [line for line in lines if line.startswith(_NAMED)]
    common = [line for line in lines if not line.startswith(_NAMED)]
    english = _words(line.split(b"\t", 2)[1] for line in common)
    known = english | _words(line.split(b"\t", 2)[1] for line in named)
    # Names of persons are names in every language.
    urdu = _words(line.rsplit(b"\t", 1)[1] for line in lines if not line.startswith(b"person"))
    return _Lexicon(english - _EITHER - _URDU_LAST, known, urdu - known - STOP_WORDS, tuple(lines))


def _words(cells: Iterable[bytes]) -> frozenset[str]:
    return frozenset(b" ".join(cells).replace(b"|", b" ").decode().split())


# Unit → its spellings in Arabic script, likeliest first; each place in the list costs `_COST` more than the one before.
# ^ stands before a unit that begins a word, $ after one that ends it; 0 spells nothing, a dot skips a place.
_ARABIC_UNITS = {
    "2": "ا ی 0 ء و", "2i": "ی یی", "^2": "ا ء", "2$": "ء 0 ق", "3": "ع", "3'": "غ", "5": "خ", "6": "ط",
    "6'": "ظ", "7": "ح", "7'": "خ", "8": "ق . . غ", "9": "ص ق", "9'": "ض", "'": "0 ع", "4": "ذ ش",
    "sh": "ش", "ch": "ش تش", "kh": "خ", "gh": "غ", "th": "ث . . ت", "dh": "ذ ض ظ", "zh": "ژ ج", "ph": "ف",
    "aa": "ا", "ee": "ی", "ii": "ی", "oo": "و", "ou": "و", "uu": "و", "ai": "ای ی", "ay": "ی ای", "ei": "ی",
    "au": "او و", "aw": "و او", "ow": "و", "ia": "یا ی", "iy": "ی", "iyy": "ی",
    "a": "0 ا", "e": "0 ی . ا", "i": "ی 0", "o": "و 0", "u": "0 و",
    "^a": "ا . ع", "^e": "ا . . 0ی", "^i": "ا ای . ع", "^o": "او ا . ع", "^u": "ا او . ع", "^aa": "ا", "^ee": "ای",
    "^oo": "او",
    "^ou": "او", "^ai": "ای ا", "^au": "او", "^ya": "یا ی", "a$": "ا ہ اء ی", "aa$": "ا اء ہ", "ah$": "ہ ا",
    "e$": "ہ ی 0",
    "eh$": "ہ", "i$": "ی", "o$": "و", "u$": "و", "ia$": "یا یہ", "iya$": "یہ یا", "iyya$": "یہ یا", "iyah$": "یہ",
    "iyyah$": "یہ", "ea$": "یا", "at$": "ات . ہ . ت", "b": "ب", "c": "ک . س", "d": "د . . . ض", "f": "ف",
    "g": "غ ج . ق",
    "h": "ہ . ح", "j": "ج", "k": "ک . . ق", "l": "ل", "m": "م", "n": "ن", "p": "ب", "q": "ق", "r": "ر", "s": "س . . ص",
    "t": "ت . . ط", "v": "ف", "w": "و", "x": "کس", "y": "ی", "z": "ز . . . ظ ذ",
}  # fmt: skip
_URDU_UNITS = {
    "kh": "خ . کہ", "gh": "غ . گہ", "ch": "چ چہ", "chh": "چہ", "sh": "ش", "th": "تہ . ٹہ ت", "dh": "دہ ڈہ",
    "ph": "پہ ف",
    "bh": "بہ", "jh": "جہ", "rh": "ڑہ", "zh": "ژ", "aa": "ا", "ee": "ی", "ii": "ی", "oo": "و", "ou": "و", "uu": "و",
    "ai": "ای ی ے", "ay": "ی ے", "ei": "ی", "au": "او و", "aw": "او و", "iy": "ی", "ia": "یا",
    "a": "0 ا . . ع", "e": "ی 0", "i": "0 ی", "o": "و", "u": "0 و", "^a": "ا . ع", "^e": "ا ای . ع", "^i": "ا . ای ع",
    "^o": "او", "^u": "ا . ع او", "^aa": "ا", "^ee": "ای", "^oo": "او", "^ai": "ای", "^au": "او", "a$": "ا ہ",
    "ah$": "ہ اہ",
    "e$": "ے ی", "ey$": "ے", "ay$": "ے", "ai$": "ی ایی ای ے",
    "aai$": "ایی", "ayi$": "یی ایی", "i$": "ی", "ee$": "ی", "o$": "و", "u$": "و", "oo$": "و",
    "ein$": "یں ین", "ain$": "یں ین", "en$": "یں ن", "een$": "ین یں", "on$": "وں ون", "oon$": "وں ون", "aan$": "ان اں",
    "an$": "ان اں ن", "b": "ب", "c": "ک . . س", "d": "د . ڈ", "f": "ف", "g": "گ", "h": "ہ . ح", "j": "ج", "k": "ک",
    "l": "ل",
    "m": "م", "n": "ن", "p": "پ", "q": "ق", "r": "ر . . ڑ", "s": "س . . ص ث", "t": "ت . ٹ ط", "v": "و", "w": "و",
    "x": "کس",
    "y": "ی", "z": "ز . ض ظ ذ", "'": "0 ع",
}  # fmt: skip
_COST = 0.5
_NOTHING, _SKIPPED = "0", "."


class _Script(NamedTuple):
    """The units of one way to romanise, and how a word is cut into them."""

    spellings: Mapping[str, tuple[tuple[float, str], ...]]
    cut: "regex.Pattern[str]"


def _script(units: Mapping[str, str]) -> _Script:
    spellings = {
        unit: tuple(
            (_COST * place, found.replace(_NOTHING, ""))
            for place, found in enumerate(listed.split())
            if found != _SKIPPED
        )
        for unit, listed in units.items()
    }
    # The longest unit first; of equals the one that is bound to a place.
    ordered = sorted(units, key=lambda unit: (-len(unit.strip("^$")), unit.isalnum()))
    bound = [regex.escape(unit.strip("^$")) for unit in ordered]
    cuts = [
        rf"\A{text}" if unit.startswith("^") else rf"{text}\Z" if unit.endswith("$") else text
        for unit, text in zip(ordered, bound, strict=True)
    ]
    return _Script(spellings, regex.compile("|".join(cuts)))


_ARABIC, _URDU = _script(_ARABIC_UNITS), _script(_URDU_UNITS)
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc`", "''''")
_TWICE = regex.compile(r"([b-df-hj-np-tv-xz])\1")
_LETTER = regex.compile("[a-z]")


@lru_cache(maxsize=1 << 10)
def arabizi(word: str) -> tuple[str, ...]:
    """At most 12 spellings in Arabic script of a romanised Arabic word, folded, likeliest first; () of no such word.

    2 is the hamza, 3 ع, 5 خ, 6 ط, 7 ح, 8 ق or غ, 9 ص or ق; an apostrophe after a digit adds the dot: 3' is غ. An
    article in one piece with its word stays in the candidates; the Arabic stemmer takes it off.

    >>> arabizi("7aftar")[0], "رییس" in arabizi("ra2is"), "عربی" in arabizi("3arabi"), "جزایر" in arabizi("jaza2ir")
    ('حفتر', True, True, True)
    >>> arabizi("al"), arabizi("2024"), arabizi("روما")
    ((), (), ())
    """
    return () if word in _ARTICLES else _spellings(word, _ARABIC, _MOST_ARABIC)


@lru_cache(maxsize=1 << 10)
def roman_urdu(word: str) -> tuple[str, ...]:
    """At most 8 spellings in Urdu of a Roman Urdu word, folded, likeliest first; () of what is no such word.

    Of a word that the glossary holds they are the glossary's Urdu words, those that sound like it first.

    >>> roman_urdu("mulaqat")[0], "بارش" in roman_urdu("barish"), "قلندر" in roman_urdu("qalandar")
    ('ملاقات', True, True)
    >>> roman_urdu("1947"), roman_urdu("بارش")
    ((), ())
    """
    return _from_glossary(word)[:_MOST_URDU] or _spellings(word, _URDU, _MOST_URDU)


SPELLINGS = {ARABIZI: arabizi, ROMAN_URDU: roman_urdu}
"""How a word is spelled out, by the language that `romanised` tells."""


def _from_glossary(word: str) -> tuple[str, ...]:
    """The Urdu words of the glossary's rows that list a Roman Urdu word, by likeness of sound, then alphabet."""
    sought = word.encode()
    if not _LETTER.match(word) or not word.isalpha():
        return ()
    rows = [line.decode().split("\t") for line in _lexicon().lines if sought in line]
    found = {fold(form) for row in rows if word in row[-1].split("|") for form in row[-2].split("|")}
    single = [form for form in found if " " not in form]
    return tuple(sorted(single, key=lambda form: (-similarity(word, form), form)))


def _spellings(word: str, script: _Script, most: int) -> tuple[str, ...]:
    """The spellings of least cost, ties by alphabet; () where a letter is in no unit."""
    plain = _TWICE.sub(r"\1", word.translate(_APOSTROPHES))
    if not plain.isascii() or not _LETTER.search(plain) or len(plain) > LONGEST_WORD:
        return ()
    best = [(0.0, "")]
    at = 0
    while at < len(plain):
        match = script.cut.match(plain, at)
        if match is None:
            return ()
        spellings = script.spellings[_unit(match, script)]
        costs: dict[str, float] = {}
        for cost, before in best:
            for more, spelling in spellings:
                text = before + spelling
                costs[text] = min(cost + more, costs.get(text, cost + more))
        best = sorted((cost, text) for text, cost in costs.items())[:most]
        at = match.end()
    return tuple(text for _, text in best if text)


def _unit(match: "regex.Match[str]", script: _Script) -> str:
    """The unit that was cut: the one bound to its place, if there is one."""
    text = match.group()
    if match.end() == len(match.string) and f"{text}$" in script.spellings:
        return f"{text}$"
    if match.start() == 0 and f"^{text}" in script.spellings:
        return f"^{text}"
    return text
