"""Month, weekday and counting words of three languages and two calendars, as newspapers write them."""

from collections.abc import Iterable, Mapping
from typing import Final

import regex

from index.text import fold

# Arabic papers use two systems of names, and the Maghreb its own spellings of one of them.
_GREGORIAN: Final = {
    1: "january, jan, يناير, كانون الثاني, جانفي, جنوری",
    2: "february, feb, فبراير, شباط, فيفري, فروری",
    3: "march, mar, مارس, آذار, مارچ",
    4: "april, apr, أبريل, نيسان, أفريل, اپریل",
    5: "may, مايو, أيار, ماي, مئی",
    6: "june, jun, يونيو, يونيه, حزيران, جوان, جون",
    7: "july, jul, يوليو, يوليه, تموز, جويلية, يوليوز, جولائی",
    8: "august, aug, أغسطس, آب, أوت, غشت, اگست",
    9: "september, sept, sep, سبتمبر, أيلول, شتنبر, ستمبر",
    10: "october, oct, أكتوبر, تشرين الأول, تشرين أول, اکتوبر",
    11: "november, nov, نوفمبر, تشرين الثاني, تشرين ثاني, نونبر, نومبر",
    12: "december, dec, ديسمبر, كانون الأول, كانون أول, دجنبر, دسمبر",
}
_HIJRI: Final = {
    1: "muharram, محرم, المحرم, محرم الحرام",
    2: "safar, صفر, صفر المظفر, صفر الخير",
    3: "rabi al-awwal, rabi' al-awwal, rabi ul awal, rabi i, ربيع الأول, ربیع الاول",
    4: "rabi al-thani, rabi' al-thani, rabi al-akhir, rabi us sani, rabi ii, ربيع الآخر, ربيع الثاني, ربیع الثانی",
    5: "jumada al-ula, jumada al-awwal, jumada i, جمادى الأولى, جمادى الأول, جمادی الاول, جمادی الاولیٰ",
    6: "jumada al-akhirah, jumada al-akhira, jumada al-thani, jumada ii, جمادى الآخرة, جمادى الآخر, جمادى الثانية, "
    "جمادى الثاني, جمادی الثانی",
    7: "rajab, رجب, رجب المرجب",
    8: "shaban, sha'ban, شعبان, شعبان المعظم",
    9: "ramadan, ramazan, ramzan, رمضان, رمضان المبارک",
    10: "shawwal, شوال, شوال المکرم",
    11: "dhu al-qadah, dhu al-qi'dah, dhul qadah, zul qadah, ذو القعدة, ذي القعدة, ذوالقعدہ, ذیقعد, ذی القعدہ",
    12: "dhu al-hijjah, dhul hijjah, zul hijjah, ذو الحجة, ذي الحجة, ذوالحجہ, ذی الحج, ذی الحجہ",
}
_WEEKDAYS: Final = (
    "monday, tuesday, wednesday, thursday, friday, saturday, sunday, mon, tue, tues, wed, thu, thur, thurs, fri, sat, "
    "sun, الاثنين, الإثنين, الثلاثاء, الأربعاء, الخميس, الجمعة, السبت, الأحد, يوم, اثنين, ثلاثاء, أربعاء, خميس, "
    "جمعة, سبت, أحد, پیر, سوموار, منگل, بدھ, جمعرات, جمعہ, جمعۃ المبارک, ہفتہ, اتوار, بروز"
)
# Alone, or with a number, each names a span of time that ends now.
_UNITS: Final = {
    1: "second, seconds, sec, secs, ثانية, ثوان, ثواني, سیکنڈ",
    60: "minute, minutes, min, mins, دقيقة, دقائق, منٹ",
    3600: "hour, hours, hr, hrs, ساعة, ساعات, گھنٹہ, گھنٹے, گھنٹوں",
    86400: "day, days, يوم, أيام, يوما, دن, روز, دنوں",
    7 * 86400: "week, weeks, أسبوع, أسابيع, اسبوعا, ہفتہ, ہفتے, ہفتوں",
    30 * 86400: "month, months, شهر, أشهر, شهور, شهرا, ماہ, مہینہ, مہینے, مہینوں",
    365 * 86400: "year, years, سنة, سنوات, عام, أعوام, سال, برس",
}
# Arabic has a form of its own for two.
_PAIRS: Final = {
    60: "دقيقتين, دقيقتان",
    3600: "ساعتين, ساعتان",
    86400: "يومين, يومان",
    7 * 86400: "أسبوعين, أسبوعان",
    30 * 86400: "شهرين, شهران",
    365 * 86400: "سنتين, سنتان, عامين, عامان",
}
_NUMBERS: Final = {
    1: "a, an, one, واحد, واحدة, ایک",
    2: "two, اثنين, دو",
    3: "three, ثلاث, ثلاثة, تین",
    4: "four, أربع, أربعة, چار",
    5: "five, خمس, خمسة, پانچ",
    6: "six, ست, ستة, چھ, چھے",
    7: "seven, سبع, سبعة, سات",
    8: "eight, ثماني, ثمانية, ثمان, آٹھ",
    9: "nine, تسع, تسعة, نو",
    10: "ten, عشر, عشرة, دس",
    11: "eleven, أحد عشر, إحدى عشرة, گیارہ",
    12: "twelve, اثني عشر, اثنتي عشرة, بارہ",
}


def _names(written: str) -> list[str]:
    return [" ".join(regex.split(r"[\s'’-]+", fold(name))).strip() for name in written.split(",")]


def _table(lists: Mapping[int, str]) -> dict[str, int]:
    return {name: value for value, written in lists.items() for name in _names(written)}


def alternatives(names: Iterable[str]) -> str:
    """A pattern for any of the names, longest first, whose spaces match what papers put between words.

    >>> regex.findall(alternatives(["may", "rabi i", "rabi ii"]), "rabi-ii may")
    ['rabi-ii', 'may']
    """
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return "(?:" + "|".join(r"[\s'’-]*".join(map(regex.escape, name.split())) for name in ordered) + ")"


def squeeze(name: str) -> str:
    """A name as it was found, spelled like the keys of the tables.

    >>> squeeze("rabi'  al-awwal")
    'rabialawwal'
    """
    return regex.sub(r"[\s'’-]+", "", name)


MONTHS: Final = _table(_GREGORIAN)
HIJRI_MONTHS: Final = _table(_HIJRI)
WEEKDAYS: Final = frozenset(_names(_WEEKDAYS))
UNITS: Final = _table(_UNITS)
PAIRS: Final = _table(_PAIRS)
NUMBERS: Final = _table(_NUMBERS)
