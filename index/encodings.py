"""Bytes → text: which encoding a file is in, decided by evidence, and damage undone where it is certain.

The order of evidence: a byte order mark; bytes that are UTF-8 (text of another encoding hardly ever
is); the encoding that the file declares; the shape of UTF-16; then, of windows-1256, ISO-8859-6 and
windows-1252, the one in which the words look like words. When none does, the bytes are refused.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable

import regex

_MARKS = (  # a mark of four bytes begins with one of two
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_MARK = tuple(mark for mark, _ in _MARKS)
_SINGLE_BYTE = ("cp1256", "iso8859-6", "cp1252")
# What a server says when nobody told it; the web reads all of them as windows-1252.
_BY_DEFAULT = {"ascii": "cp1252", "iso8859-1": "cp1252", "cp1252": "cp1252"}
# Codecs of Python that are no encodings of text files (idna, rot13, unicode_escape …) stay out of reach.
_DECLARABLE = regex.compile(
    r"(?:utf-?(?:8|16|32)|windows-\d+|cp\d+|iso-?8859-\d+|latin-?\d|us-ascii|ascii|mac|koi8|gb|big5|euc|shift|x-)"
    r"[\w.:-]*",
    regex.IGNORECASE,
)
_SAMPLE = 1 << 18  # bytes enough to judge by
_FEW = 500  # one broken character among this many whole ones is a slip, not another encoding
_CONTROLS = bytes([*range(0x00, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])  # but not those of plain texts
_BROKEN = "\N{REPLACEMENT CHARACTER}"
# The letters that make up two thirds of Arabic and Urdu text; in text decoded wrongly they are rare.
_COMMON = frozenset("اليمونرتبعدهةسفأقكکہیےںپگھٹہآ")
_FINAL = frozenset("ةىےں")  # letters that only end a word
_FOREIGN_WORD = regex.compile(r"[^\W\d_]*[^\W\d_\p{ASCII}][\w\p{M}]*")
_ARABIC = regex.compile(r"\p{Arabic}")
_PLAUSIBLE = 0.7
_URDU_LETTER = regex.compile(r"[ٹڈڑںھہے]")
_AS_IN_URDU = str.maketrans("يىك", "ییک")


class Undecodable(ValueError):
    """Bytes are text in no encoding known here; `position` is where UTF-8 breaks off."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.position = position


def decode(data: bytes, declared: str = "") -> str:
    """The text of a whole file, its byte order mark left out. Raises Undecodable.

    >>> decode("دمشق".encode("cp1256")), decode("café".encode("latin-1"))
    ('دمشق', 'café')
    """
    found = _as_utf8(data)
    return decode_as(data, detect_encoding(data, declared)) if found is None else found


def _as_utf8(data: bytes) -> str | None:
    """The text of bytes that are UTF-8 without a mark, as nearly all are, or None: the quick way to the same answer."""
    if data.startswith(_ANY_MARK) or _first_control(data) is not None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def decode_as(data: bytes, encoding: str) -> str:
    """The text of bytes whose encoding was decided; see `detect_encoding`."""
    mark = next((mark for mark, name in _MARKS if name == encoding and data.startswith(mark)), b"")
    # Strict where it can be: only a slip was let through, or a sample was judged and the rest differs.
    text = data[len(mark) :].decode(encoding, "replace")
    return _as_in_urdu(text) if encoding == "cp1256" else text


def detect_encoding(data: bytes, declared: str = "", whole: bool = True) -> str:
    """The name of the encoding that the bytes are in. Raises Undecodable.

    `declared` is what the file or its sender says. When `data` is not `whole`, its last
    character may be cut.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    broken = _utf8_breaks(data, whole)
    control = _first_control(data)
    if broken is None and control is None:
        return "utf-8"
    sixteen = _utf16(data[:_SAMPLE])
    if sixteen:
        return sixteen
    if control is not None:
        raise Undecodable(f"the byte {data[control]:#04x} is not part of any text", control)
    assert broken is not None  # or there was a control character
    named = _named(declared)
    if named and named not in _BY_DEFAULT and named != "utf-8" and _decodes(data, named, whole):
        return named
    if _mostly_utf8(data):
        return "utf-8"
    guess = _best_single_byte(data[:_SAMPLE])
    if guess:
        return guess
    if named in _BY_DEFAULT and _plausibility(data[:_SAMPLE].decode("cp1252", "replace")) > 0:
        return "cp1252"
    raise Undecodable("it is neither UTF-8 nor windows-1256, ISO-8859-6, windows-1252 or UTF-16", broken)


def _named(declared: str) -> str:
    """A declared encoding as Python names it, or "" when it is none for text files."""
    if not _DECLARABLE.fullmatch(declared.strip()):
        return ""
    try:
        return codecs.lookup(declared.strip().removeprefix("x-")).name
    except LookupError:
        return ""


def _first_control(data: bytes) -> int | None:
    """Where the first byte stands that no text has, or None."""
    if len(data.translate(None, _CONTROLS)) == len(data):  # ten times as fast as a search
        return None
    return next(place for place, byte in enumerate(data) if byte in _CONTROLS)


def _utf8_breaks(data: bytes, whole: bool) -> int | None:
    """Where the bytes stop being UTF-8, or None."""
    try:
        codecs.utf_8_decode(data, "strict", whole)
    except UnicodeDecodeError as problem:
        return problem.start
    return None


def _decodes(data: bytes, encoding: str, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(data, whole)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 with a slip here and there: whole characters of several bytes say so."""
    text = data.decode("utf-8", "replace")
    broken = text.count(_BROKEN)
    return len(data) - len(text) > _FEW * broken


def _utf16(sample: bytes) -> str:
    """UTF-16 without a byte order mark shows in every second byte: 00 in Latin text, 06 or 00 in Arabic."""
    if len(sample) < 4:
        return ""
    pairs = len(sample) // 2
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        in_high, in_low = (sum(part.count(byte) for byte in (b"\x00", b"\x06")) for part in (high, low))
        if in_high > 0.7 * pairs and in_low < 0.2 * pairs:
            text = sample[: 2 * pairs].decode(encoding, "replace")
            if _BROKEN not in text[:-1] and _first_control(text.encode("utf-8", "replace")) is None:
                return encoding
    return ""


def _best_single_byte(sample: bytes) -> str:
    """The encoding in which the words with letters beyond ASCII look most like words, if they do in any."""
    best, score = "", _PLAUSIBLE
    for encoding in _SINGLE_BYTE:
        try:
            found = _plausibility(sample.decode(encoding))
        except UnicodeDecodeError:
            continue
        # é and è are the same bytes in windows-1256: where nothing speaks for Arabic, it is windows-1252.
        if found > score or (found == score and encoding == "cp1252"):
            best, score = encoding, found
    return best


def _plausibility(text: str) -> float:
    """The share of words with letters beyond ASCII that could be words, 1 when there are none."""
    words = _FOREIGN_WORD.findall(text)
    if not words:
        return 1.0
    return sum(map(_looks_like_a_word, words)) / len(words)


def _looks_like_a_word(word: str) -> float:
    """A word has letters of one script: the common ones of Arabic, or a few accents among plain Latin letters."""
    letters = [letter for letter in word if letter.isalpha()]
    if not letters:
        return 0.6
    arabic = sum(map(bool, map(_ARABIC.match, letters)))
    if arabic == len(letters):
        common = sum(letter in _COMMON for letter in letters) / len(letters)
        if any(letter in _FINAL for letter in letters[:-1]):
            return 0.0
        return 1.0 if len(letters) > 1 and common >= 0.5 else 0.6
    if arabic:
        return 0.0
    if len(letters) == 1:
        return 0.6
    plain = sum(letter.isascii() for letter in letters)
    inside = word[1:]
    if inside != inside.lower() and word != word.upper():
        return 0.0
    return 1.0 if 2 * plain >= len(letters) else 0.0


def _as_in_urdu(text: str) -> str:
    """Urdu in windows-1256 borrows the Arabic yeh and kaf, because it has no others: they are given back."""
    return text.translate(_AS_IN_URDU) if len(_URDU_LETTER.findall(text[:4000])) > len(text[:4000]) / 50 else text


def first_declared(patterns: Iterable["regex.Pattern[bytes]"], head: bytes) -> str:
    """The encoding that the head of a file declares, by the first pattern with a group that matches."""
    for pattern in patterns:
        found = pattern.search(head)
        if found:
            return str(found[1].decode("ascii", "replace"))
    return ""


# What a character of several bytes looks like when each byte was read as a character of another encoding.
_MOJIBAKE = regex.compile("[طظعغآأ][^ء-غـ-ْ\\s\\p{ASCII}]|[ØÙÚÛÃÂâï][\u0080-\u00bf\u0152-\u2122]|ðŸ")


def repair(text: str) -> str:
    """The text with what a program decoded wrongly put right, line by line, and only where it is certain.

    UTF-8 that was read as windows-1256 is known by its being UTF-8 again when written so, which no Arabic or Urdu
    ever is; for other encodings ftfy judges. Shapes of letters become letters; see `fold_forms`.

    >>> repair("ط³ظ„ط§ظ…"), repair("Ø³Ù„Ø§Ù…")
    ('سلام', 'سلام')
    """
    if text.isascii():
        return text
    if _MOJIBAKE.search(text):
        text = "\n".join(_repaired(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))
    return fold_forms(text)


def _repaired(line: str) -> str:
    try:
        return line.encode("cp1256").decode("utf-8")
    except UnicodeError:
        pass
    if not _FOREIGN.search(line):
        return line
    import ftfy

    certain = ftfy.TextFixerConfig(restore_byte_a0=False, replace_lossy_sequences=False)
    fixed, steps = ftfy.fix_encoding_and_explain(line, certain)
    return fixed if steps and _BROKEN not in fixed else line


# Bytes read as characters of a European encoding are never all ASCII or Arabic letters.
_FOREIGN = re.compile("[^\x00-\x7f\u0600-\u06ff]")
_SHAPED = re.compile("[\ufb50-\ufdef\ufe70-\ufefc\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FORMS = regex.compile("[\ufb50-\ufdef\ufe70-\ufefc]")
_BIDI = regex.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_TATWEEL_MARK = regex.compile(r"[ ـ](?=\p{M})")


def fold_forms(text: str) -> str:
    """The text with letters instead of their shapes, and without controls for the direction of writing.

    Signs that stand for a phrase, such as the one for a blessing (U+FDFA), stay: people write them.

    >>> fold_forms("ﺳﻼﻡ"), fold_forms("\u202bسلام\u202c")
    ('سلام', 'سلام')
    """
    if text.isascii() or not _SHAPED.search(text):  # which is five times as quick
        return text
    return _FORMS.sub(_letters_of, _BIDI.sub("", text))


def _letters_of(shape: "regex.Match[str]") -> str:
    return _TATWEEL_MARK.sub("", unicodedata.normalize("NFKC", shape[0]))
