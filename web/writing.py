"""Numbers and dates as a locale writes them, remembered, because a page repeats them. Pure."""

import datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

_DAY = {"en": "long", "ar": "long", "ur": "d MMMM y"}
_ZERO = {"arab": 0x0660, "arabext": 0x06F0}


@lru_cache(maxsize=4096)
def number(value: float, locale: Locale) -> str:
    """A number.

    >>> number(1234.5, Locale("en", "001")), number(1234.5, Locale("ar", "EG")), number(1234.5, Locale("ur", "PK"))
    ('1,234.5', '١٬٢٣٤٫٥', '1,234.5')
    """
    return digits(format_decimal(value, locale=locale, numbering_system="default"), locale)


@lru_cache(maxsize=1024)
def percent(share: float, locale: Locale) -> str:
    """A share of 1 in whole per cent."""
    return digits(format_percent(share, locale=locale, numbering_system="default"), locale)


@lru_cache(maxsize=4096)
def day(date: datetime.date, locale: Locale) -> str:
    """A day.

    >>> date = datetime.date(2024, 5, 15)
    >>> day(date, Locale("ar", "EG")), day(date, Locale("ar", "MA")), day(date, Locale("ur", "PK"))
    ('١٥ مايو ٢٠٢٤', '15 ماي 2024', '15 مئی 2024')
    """
    return digits(format_date(date, _DAY[locale.language], locale), locale)


@lru_cache(maxsize=1024)
def month(value: str, locale: Locale) -> str:
    """A month (`2024-05`) or a year (`2024`), in short.

    >>> month("2024-09", Locale("ar", "EG")), month("2024", Locale("ar", "EG"))
    ('سبتمبر ٢٠٢٤', '٢٠٢٤')
    """
    if len(value) == 4:
        return digits(value, locale)
    return digits(format_date(datetime.date.fromisoformat(f"{value}-01"), "LLL y", locale), locale)


def digits(text: str, locale: Locale) -> str:
    """A text in the digits of a locale: Babel knows its signs, but writes Latin digits."""
    zero = _ZERO.get(locale.default_numbering_system)
    return text.translate({48 + value: zero + value for value in range(10)}) if zero else text
