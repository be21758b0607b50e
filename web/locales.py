"""Which language the interface speaks, and for which region it writes.

The language is, in this order, `?ui=` of the address, the reader's choice kept in a cookie, the
best of what the browser accepts, English. The region is the browser's: CLDR then says that a
reader from Cairo gets ١٥ مايو ٢٠٢٤ and one from Rabat 15 ماي 2024.
"""

import datetime
from functools import lru_cache

import flask_babel
from babel import Locale
from babel.localedata import locale_identifiers
from flask import Flask, Response, g, request

from index.languages import LANGUAGES
from web import writing

COOKIE = "ui"
# CLDR's plain "ar" is the world's, and writes Latin digits; most readers of Arabic live where ٣ is usual.
_USUAL_REGION = {"ar": "EG", "ur": "PK", "en": "001"}
_RIGHT_TO_LEFT = {"ar", "ur", "fa", "ps", "sd", "ug", "he", "ckb"}


def register(app: Flask) -> None:
    """Give an application its catalogues, the choice of one, and the filters that write for its readers."""
    flask_babel.Babel(app, locale_selector=lambda: str(reader_locale()))
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Babel adds
        lambda message: _translations().ugettext(message),
        lambda one, many, count: _translations().ungettext(one, many, count),
        newstyle=True,
    )
    app.add_template_filter(number)
    app.add_template_filter(percent)
    app.add_template_filter(day)
    app.add_template_filter(month)
    app.add_template_filter(moment)
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
    return str(_translations().ugettext(message)) % values


def N_(message: str) -> str:  # the name by which message extraction knows it
    """A message to be translated later, by `gettext` of a variable."""
    return message


def number(value: float) -> str:
    """A number as the reader writes it."""
    return writing.number(value, reader_locale())


def percent(share: float) -> str:
    """A share of 1 in per cent, as the reader writes it."""
    return writing.percent(share, reader_locale())


def day(date: datetime.date) -> str:
    """A day as the reader writes it."""
    return writing.day(date, reader_locale())


def month(value: str) -> str:
    """A month (`2024-05`) or a year (`2024`) as the reader writes it."""
    return writing.month(value, reader_locale())


def moment(value: datetime.datetime) -> str:
    """A day and its time, in UTC."""
    shown = value.astimezone(datetime.UTC)
    return writing.digits(f"{day(shown.date())} {shown:%H:%M} UTC", reader_locale())


def _translations() -> "flask_babel.support.NullTranslations":
    """The catalogue of this request, looked up once: a page has a hundred messages."""
    if "translations" not in g:
        g.translations = flask_babel.get_translations()
    return g.translations


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


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        response.content_language.add(interface_language())
    return response
