"""What the templates need to draw a page: addresses, marks, names of languages, fonts and assets."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from markupsafe import Markup, escape

from index.languages import UNDETERMINED
from search.types import Hit, SearchRequest
from web import addresses, locales
from web.locales import N_, gettext
from web.marks import marked

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")
INTERFACES = {"en": "English", "ar": "العربية", "ur": "اردو"}
"""Each language of the interface by its own name."""

_NAMES = {"en": N_("English"), "ar": N_("Arabic"), "ur": N_("Urdu"), UNDETERMINED: N_("Other languages")}
_FONTS = {"ar": ("NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold"), "ur": ("NotoNastaliqUrdu-Regular",)}
_STATIC = Path(__file__).parent / "static"
_MONTH, _YEAR = 30 * 24 * 3600, 365 * 24 * 3600


def register(app: Flask) -> None:
    """Give an application's templates what they draw with, and its static files their time to be kept."""
    app.add_template_filter(marked)
    app.add_template_filter(language_name)
    app.add_template_filter(web_address)
    app.add_template_global(addresses.search_address)
    app.add_template_global(addresses.document_address)
    app.add_template_global(addresses.home_address)
    app.add_template_global(addresses.address_without_interface)
    app.add_template_global(asset)
    app.add_template_global(fonts)
    app.add_template_global(isolated)
    app.add_template_global(quoted)
    app.add_template_global(link_to_search)
    app.add_template_global(languages_of)
    app.context_processor(lambda: {"theme": theme(), "interfaces": INTERFACES, "wanted": SearchRequest("")})
    app.after_request(_keep_static)


def theme() -> str:
    """The colours that the reader chose: `light`, `dark`, or `auto` for those of the browser."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def language_name(tag: str) -> str:
    """A language's name in the language of the interface."""
    primary = tag.partition("-")[0].lower()
    if primary in _NAMES:
        return gettext(_NAMES[primary])
    return str(locales.reader_locale().languages.get(primary, tag))


def isolated(text: str) -> Markup:
    """A text of any direction, to stand in a sentence of another without disturbing it."""
    return Markup("<bdi>{}</bdi>").format(text)


def quoted(text: str) -> Markup:
    """A text between the quotation marks of the interface's language."""
    return Markup(escape(gettext("“%(text)s”", text="%s"))) % isolated(text)


def link_to_search(query: str) -> Markup:
    """A link to what is found for a query."""
    return Markup('<a href="{}">{}</a>').format(addresses.search_address(SearchRequest(query)), isolated(query))


def languages_of(hits: Sequence[Hit]) -> list[str]:
    """The languages of some hits, each once."""
    return sorted({hit.document.language for hit in hits})


def web_address(url: str) -> str:
    """An address that is safe to link to, or "": a document may claim any URL, `javascript:` too.

    >>> web_address("https://example.org/"), web_address("javascript:alert(1)")
    ('https://example.org/', '')
    """
    return url if url.lower().startswith(("http://", "https://")) else ""


def fonts(tags: Iterable[str]) -> list[str]:
    """Addresses of the fonts that a page with text in these languages needs at once."""
    wanted = {tag.partition("-")[0].lower() for tag in tags}
    names = [name for language, weights in _FONTS.items() if language in wanted for name in weights]
    return [url_for("static", filename=f"fonts/{name}.woff2") for name in names]


def asset(name: str) -> str:
    """The address of a static file, another one whenever its content is another."""
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


def _keep_static(response: Response) -> Response:
    """Let browsers keep a file whose address names its content, and fonts, which hardly ever change."""
    if request.endpoint == "static" and response.status_code == 200:
        if "v" in request.args:
            _keep(response, _YEAR)
        elif (response.mimetype or "").startswith("font/"):
            _keep(response, _MONTH)
        if (response.mimetype or "").startswith("text/"):
            # Read now and closed with the answer; compression would leave the file open.
            response.direct_passthrough = False
            response.make_sequence()
    return response


def _keep(response: Response, seconds: int) -> None:
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = seconds
