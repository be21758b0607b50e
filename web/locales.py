"""Which language the interface speaks, and how it writes numbers and dates.

The language is, in this order, `?ui=` of the address, the reader's choice kept in a cookie, the
best of what the browser accepts, English. The region is the browser's: CLDR then says that a
reader from Cairo gets ١٥ مايو ٢٠٢٤ and one from Rabat 15 ماي 2024.
"""

import datetime
from functools import lru_cache

import flask_babel
from babel import Locale
from babel.dates import format_date
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal, format_percent
from flask import Flask, Response, g, request

from index.languages import LANGUAGES

COOKIE = "ui"
# CLDR's plain "ar" is the world's, and writes Latin digits; most readers of Arabic live where ٣ is usual.
_USUAL_REGION = {"ar": "EG", "ur": "PK", "en": "001"}
_DAY = {"en": "long", "ar": "long", "ur": "d MMMM y"}
_ZERO = {"arab": 0x0660, "arabext": 0x06F0}
_RIGHT_TO_LEFT = {"ar", "ur", "fa", "ps", "sd", "ug", "he", "ckb"}


def register(app: Flask) -> None:
    """Give an application its catalogues, the choice of one, and the filters that write for its readers."""
    flask_babel.Babel(app, locale_selector=lambda: str(reader_locale()))
    app.add_template_filter(number)
    app.add_template_filter(percent)
    app.add_template_filter(day)
    app.add_template_filter(year)
    app.add_template_filter(direction)
    app.context_processor(lambda: {"ui": interface_language(), "ui_direction": direction(interface_language())})
    app.after_request(_vary)


def interface_language() -> str:
    """The language of the interface for this request: `en`, `ar` or `ur`."""
    return str(reader_locale().language)


def reader_locale() -> Locale:
    """The interface's language with the region of the reader."""
    if "locale" not in g:
        g.locale = _choose(request.args.get("ui", ""), request.cookies.get(COOKIE, ""), _accepted())
    locale: Locale = g.locale
    return locale


def direction(language: str) -> str:
    """`rtl` or `ltr` for a language tag, `auto` for an unknown one.

    >>> direction("ar-EG"), direction("en"), direction("und")
    ('rtl', 'ltr', 'auto')
    """
    if language == "und":
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def gettext(message: str, **values: object) -> str:
    """A message in the language of the interface."""
    return str(flask_babel.gettext(message, **values))


def number(value: float) -> str:
    """A number as the reader writes it."""
    locale = reader_locale()
    return _digits(format_decimal(value, locale=locale, numbering_system="default"), locale)


def percent(share: float) -> str:
    """A share of 1 in per cent."""
    locale = reader_locale()
    return _digits(format_percent(share, locale=locale, numbering_system="default"), locale)


def day(date: datetime.date) -> str:
    """A day as the reader writes it: 15 May 2024, ١٥ مايو ٢٠٢٤, 15 مئی 2024."""
    locale = reader_locale()
    return _digits(format_date(date, _DAY[locale.language], locale), locale)


def year(value: str) -> str:
    """A year in the reader's digits."""
    return _digits(value, reader_locale())


def _choose(asked: str, remembered: str, accepted: list[str]) -> Locale:
    """The locale of what was asked for, remembered or accepted, whichever comes first.

    >>> str(_choose("", "ar", ["en-US", "ar-MA"])), str(_choose("", "", ["fr", "ur;q=0.5", "ur"]))
    ('ar_MA', 'ur_PK')
    """
    primaries = [tag.partition("-")[0].lower() for tag in accepted]
    language = next((tag for tag in (asked, remembered, *primaries) if tag in LANGUAGES), LANGUAGES[0])
    regions = [tag.partition("-")[2] for tag, primary in zip(accepted, primaries, strict=True) if primary == language]
    return _locale(language, next((region for region in regions if region), ""))


@lru_cache(maxsize=256)
def _locale(language: str, region: str) -> Locale:
    known = f"{language}_{region.upper()}" in locale_identifiers()
    return Locale(language, region.upper() if known else _USUAL_REGION[language])


def _accepted() -> list[str]:
    return [tag for tag, _ in request.accept_languages]


def _digits(text: str, locale: Locale) -> str:
    """Babel knows the signs of a locale's numbers, but writes their digits in Latin."""
    zero = _ZERO.get(locale.default_numbering_system)
    return text.translate({48 + value: zero + value for value in range(10)}) if zero else text


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        response.content_language.add(interface_language())
    return response
