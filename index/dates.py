"""Dates as people write them, in English, Arabic and Urdu, by the Gregorian and the Islamic calendar.

`parse_date` reads the date of a record's own field; `date_line` decides whether a whole line of a
page is there to say when the article appeared. A date inside a sentence is no date of the article.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import regex
from hijridate import Hijri

from index.calendar import (
    HIJRI_MONTHS,
    MONTHS,
    NUMBERS,
    PAIRS,
    UNITS,
    WEEKDAYS,
    alternatives,
    squeeze,
)
from index.text import fold

# The first newspapers are from the 1600s; what is further off than this is a misprint.
_FIRST_YEAR: Final = 1600
_LAST_YEAR: Final = 2100
_LONGEST_SPAN = 60  # characters that say how long ago
_LONGEST = 200  # characters of a field or a line that says a date

_MONTH = alternatives(MONTHS)
_HIJRI_MONTH = alternatives(HIJRI_MONTHS)
_GAP = r"[\s,،./·|-]*"
_DAY = r"(?<![\d.:])(?P<day>[0-3]?\d)(?:\s*(?:st|nd|rd|th|ویں))?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SHORT_YEAR = r"(?P<year>\d{4}(?!\d)|(?<=[-/'’])\d{2}(?![\d:]))"
_OTHER_NAME = rf"(?:\s*[/(|-]\s*(?:{_MONTH})\s*\)?)?"  # سبتمبر/أيلول
_LATIN_END = r"(?![\p{L}])"
_LATIN_START = r"(?<![\p{L}])"

_GREGORIAN = (
    regex.compile(r"(?<!\d)(?P<year>\d{4})(?P<gap>[-/.])(?P<month>[01]?\d)(?P=gap)(?P<day>[0-3]?\d)(?!\d)"),
    regex.compile(r"(?<!\d)(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    regex.compile(
        rf"{_DAY}{_GAP}(?:of\s+|من\s+|شہر\s+|{_LATIN_START})(?P<name>{_MONTH}){_LATIN_END}\.?{_OTHER_NAME}"
        rf"{_GAP}['’]?(?:(?:سنہ|عام|لعام)\s+)?{_SHORT_YEAR}"
    ),
    regex.compile(
        rf"{_LATIN_START}(?P<name>{_MONTH}){_LATIN_END}\.?{_OTHER_NAME}{_GAP}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
        rf"(?!\d){_GAP}{_YEAR}"
    ),
    regex.compile(rf"(?<!\d){_YEAR}{_GAP}(?P<name>{_MONTH}){_LATIN_END}{_GAP}(?P<day>[0-3]?\d)(?!\d)"),
    regex.compile(rf"(?<!\d){_YEAR}{_GAP}(?P<day>[0-3]?\d){_GAP}(?P<name>{_MONTH}){_LATIN_END}"),
    # Day before month, as everywhere but in the United States; 9/26/2023 can only be one thing.
    regex.compile(
        r"(?<![\d./-])(?P<day>[0-3]?\d)\s?(?P<gap>[-/.])\s?(?P<month>[0-3]?\d)\s?(?P=gap)\s?(?P<year>\d{4})(?!\d)"
    ),
)
_HIJRI_MARK = r"\s*(?:ہ|ہـ|ہجری|ہجریہ|a\.?h\.?)"
_HIJRI = (
    regex.compile(
        rf"{_DAY}{_GAP}(?:من\s+|of\s+|{_LATIN_START})(?P<name>{_HIJRI_MONTH}){_LATIN_END}{_GAP}"
        rf"(?:(?:سنہ|عام)\s+)?{_YEAR}"
    ),
    regex.compile(rf"{_LATIN_START}(?P<name>{_HIJRI_MONTH}){_LATIN_END}{_GAP}(?P<day>[0-3]?\d)(?!\d){_GAP}{_YEAR}"),
    regex.compile(rf"(?<!\d)(?P<year>1[345]\d\d)[-/](?P<month>\d\d?)[-/](?P<day>\d\d?){_HIJRI_MARK}"),
    regex.compile(rf"(?<!\d)(?P<day>\d\d?)[-/](?P<month>\d\d?)[-/](?P<year>1[345]\d\d){_HIJRI_MARK}"),
)

_COUNT = rf"(?P<count>\d{{1,3}}|{alternatives(NUMBERS)})"
_UNIT = rf"(?P<unit>{alternatives(UNITS)}){_LATIN_END}"
_PAIR = rf"(?P<pair>{alternatives(PAIRS)}){_LATIN_END}"
_RELATIVE = (
    regex.compile(rf"(?<![\p{{L}}\d]){_COUNT}\s*{_UNIT}\s+(?:ago|earlier|قبل|پہلے)"),
    regex.compile(rf"{_LATIN_START}(?:منذ|قبل)\s+(?:حوالی\s+|نحو\s+)?(?:{_PAIR}|(?:{_COUNT}\s*)?{_UNIT})"),
)
_TODAY = frozenset(map(fold, ("today", "just now", "now", "اليوم", "الآن", "آج", "ابھی")))
_YESTERDAY = frozenset(map(fold, ("yesterday", "أمس", "گزشتہ روز", "گذشتہ روز")))

_TIME = regex.compile(
    r"(?<!\d)[0-2]?\d[:.][0-5]\d(?:[:.][0-5]\d)?(?:\.\d+)?\s*(?:[ap]\.?m\b\.?|[مص](?!\p{L})|ق\.?ظ|ب\.?ظ)?"
    r"|(?<!\d)[01]?\d\s*[ap]\.?m\b\.?|\b\d{4}\s?(?:gmt|utc|hrs)\b|[+-]\d\d:?\d\d\b"
)
_PUBLISHED = (
    "published, publication date, published on, published at, posted on, posted, issued on, first published, "
    "created, date, on, by, print, release date, "
    "تاريخ النشر, نشر, نشر في, نشرت في, نشر بتاريخ, تم النشر, تم النشر في, تاريخ, التاريخ, بتاريخ, كتب في, في, "
    "النشر, حرر في, صدر في, "
    "شائع, شائع شدہ, شائع ہوا, شائع کیا گیا, اشاعت, تاریخ اشاعت, وقت اشاعت, تاریخ, مورخہ, اپ لوڈ, اشاعت کی تاریخ"
)
_UPDATED = (
    "updated, updated on, last updated, last updated on, last update, last modified, last modified on, modified, "
    "modified on, edited, last edited on, last post, last reply, "
    "آخر رد, آخر مشاركة, آخر تحديث, اخر تحديث, تحديث, تم التحديث, حدث في, عدل في, آخر تعديل, تاريخ التحديث, "
    "اپ ڈیٹ, اپ ڈیٹ کیا گیا, اپ ڈیٹڈ, آخری اپ ڈیٹ, آخری بار اپ ڈیٹ, آخری تبدیلی, تازہ کاری, ترمیم"
)
# Words that stand beside a date and say nothing else: zones, calendars, halves of the day.
_BESIDE = (
    "gmt, utc, bst, est, edt, pst, pdt, cet, cest, ist, pkt, uk, am, pm, at, the, ad, ce, ah, local time, et, hrs, "
    "هـ, ه, م, ميلادي, ميلادية, هجري, هجرية, الموافق, الساعة, مساء, صباحا, ظهرا, عصرا, ليلا, بتوقيت, غرينتش, جرينتش, "
    "غرينيتش, جرينيتش, مكة المكرمة, القاهرة, بغداد, بيروت, الدوحة, أبوظبي, ص, من, على, إلى, سنة, عام, شهر, "
    "ء, ھ, بمطابق, مطابق, عیسوی, ہجری, بجے, صبح, شام, دوپہر, رات, شب, کو, پر, سہ پہر, سن, وقت, "
    "ago, قبل, منذ, پہلے, اليوم, today, yesterday, أمس, آج"
)


def _phrases(written: str) -> list[str]:
    return [fold(phrase.strip()) for phrase in written.split(",")]


def _any_of(phrases: Iterable[str]) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<!\p{{L}}){alternatives(phrases)}(?!\p{{L}})")


_UPDATES: Final = frozenset(_phrases(_UPDATED))
_MARKERS: Final = frozenset(_phrases(_PUBLISHED)) | _UPDATES
_MARKER = _any_of(_MARKERS)
_UPDATE = _any_of(_UPDATES)
# These stand beside dates but also before names and places: alone they mark nothing.
_STRONG = _any_of(_MARKERS - frozenset(_phrases("on, by, في, date, print, تاريخ, نشر")))
_EXTRA = frozenset(_phrases(_BESIDE)) | WEEKDAYS
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_MAY_NAME_A_YEAR = regex.compile(r"\d{4}|[-/'’]\d\d(?!\d)")
_MOST_SPACES = 30
_STOP = regex.compile(r"\p{L}{4}[.!?؟۔]\W*$")
_BESIDE_WORDS = frozenset(word for phrase in _EXTRA for word in phrase.split())
_MOST_WORDS_BESIDE_A_MARK = 5  # "By Courier Reporter Published: 09:14, 30 June 2017"


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that is there to say when the article appeared; `day` is None for "3 hours ago" of an unknown now."""

    day: date | None
    marked: bool
    """Whether a word such as "Published" stands beside it."""
    update: bool
    """Whether it says when the article was changed rather than first published."""


def parse_date(written: str, now: datetime | None = None) -> date | None:
    """The day that a date field names, or None. "3 hours ago" means a day only when `now` is given.

    >>> parse_date("2023-09-26T10:00:00Z"), parse_date("26 أيلول/سبتمبر 2023")
    (datetime.date(2023, 9, 26), datetime.date(2023, 9, 26))
    >>> parse_date("12 ربيع الأول 1445"), parse_date("yesterday")
    (datetime.date(2023, 9, 27), None)
    """
    plain = written.strip()[:_LONGEST]
    try:
        return _plausible(datetime.fromisoformat(plain).date())
    except ValueError:
        found = _absolute(fold(plain))
        return found[0] if found else _relative(fold(plain), now)


def date_line(line: str, now: datetime | None = None) -> DateLine | None:
    """What a line says about when the article appeared, or None when the line says anything else.

    >>> date_line("Published: Tue 26 September 2023, 10:30 GMT").day
    datetime.date(2023, 9, 26)
    >>> date_line("The strike began on 26 September 2023.") is None
    True
    """
    return folded_date_line(fold(line), now)


def folded_date_line(folded: str, now: datetime | None = None) -> DateLine | None:
    """`date_line` for a line that is already folded."""
    if len(folded) > _LONGEST or folded.count(" ") > _MOST_SPACES:
        return None
    found = _absolute(folded) if _MAY_NAME_A_YEAR.search(folded) else None
    if found is None and _relative_span(folded) is None:
        return None
    marked = _STRONG.search(folded) is not None
    beside = _other_words(folded)
    if beside and (not marked or len(beside) > _MOST_WORDS_BESIDE_A_MARK or _STOP.search(folded)):
        return None
    day = found[0] if found else _relative(folded, now)
    return DateLine(day, marked, _is_update(folded, found[1] if found else 0))


def _is_update(folded: str, position: int) -> bool:
    """Whether the last marker before the date speaks of a change."""
    markers = list(_MARKER.finditer(folded, 0, position))
    return bool(markers) and _UPDATE.fullmatch(markers[-1].group()) is not None


def _other_words(folded: str) -> list[str]:
    """The words of a line that are no part of a date."""
    rest = folded
    for pattern in (*_GREGORIAN, *_HIJRI, *_RELATIVE, _TIME, _MARKER):
        rest = pattern.sub(" ", rest)
    return [word for word in _WORD.findall(rest) if word not in _BESIDE_WORDS]


def _absolute(folded: str) -> tuple[date, int] | None:
    """The first date in a text that names its year, with where it begins; Gregorian ones are preferred."""
    for patterns, convert in ((_GREGORIAN, _gregorian), (_HIJRI, _hijri)):
        found = sorted(
            (match.start(), order, day)
            for order, pattern in enumerate(patterns)
            for match in pattern.finditer(folded)
            if (day := convert(match)) is not None
        )
        if found:
            return found[0][2], found[0][0]
    return None


def _gregorian(match: "regex.Match[str]") -> date | None:
    parts = match.groupdict()
    year, day = int(parts["year"]), int(parts["day"])
    month = int(parts["month"]) if parts.get("month") else _GREGORIAN_BY_NAME[squeeze(parts["name"])]
    if len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    if month > 12 >= day:
        day, month = month, day
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        return None


def _hijri(match: "regex.Match[str]") -> date | None:
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _HIJRI_BY_NAME[squeeze(parts["name"])]
    try:
        day = Hijri(int(parts["year"]), month, int(parts["day"])).to_gregorian()
    except (ValueError, OverflowError):
        return None  # outside 1343 to 1500, for which the Umm al-Qura calendar is tabulated
    return date(day.year, day.month, day.day)


def _relative_span(folded: str) -> int | None:
    """How many seconds ago a text says something was, or None."""
    if len(folded) > _LONGEST_SPAN:
        return None
    stripped = folded.strip(" .,،:۔")
    if stripped in _TODAY:
        return 0
    if stripped in _YESTERDAY:
        return 86400
    for pattern in _RELATIVE:
        if match := pattern.search(folded):
            parts = match.groupdict()
            if parts.get("pair"):
                return 2 * _PAIRS_BY_NAME[squeeze(parts["pair"])]
            count = parts.get("count") or "1"
            many = int(count) if count.isdigit() else _NUMBERS_BY_NAME[squeeze(count)]
            return many * _UNITS_BY_NAME[squeeze(parts["unit"])]
    return None


def _relative(folded: str, now: datetime | None) -> date | None:
    span = _relative_span(folded)
    if now is None or span is None:
        return None
    return _plausible((now - timedelta(seconds=span)).date())


def _plausible(day: date) -> date | None:
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _squeezed(table: dict[str, int]) -> dict[str, int]:
    return {squeeze(name): value for name, value in table.items()}


_GREGORIAN_BY_NAME: Final = _squeezed(MONTHS)
_HIJRI_BY_NAME: Final = _squeezed(HIJRI_MONTHS)
_UNITS_BY_NAME: Final = _squeezed(UNITS)
_PAIRS_BY_NAME: Final = _squeezed(PAIRS)
_NUMBERS_BY_NAME: Final = _squeezed(NUMBERS)
