"""Addresses of the pages: whatever is shown has one, so that it can be linked to, shared and gone back to."""

from urllib.parse import urlencode

from flask import current_app, request, url_for

from search.types import SearchRequest


def search_address(wanted: SearchRequest) -> str:
    """The page that answers a search."""
    return _with([*search_parameters(wanted, current_app.config["PAGE_SIZE"]), *_asked_interface()])


def document_address(identity: str, query: str) -> str:
    """The page of a document, with the words of a query marked in it."""
    parameters = [*([("q", query)] if query else []), *_asked_interface()]
    return url_for("pages.document", identity=identity) + ("?" + urlencode(parameters) if parameters else "")


def home_address() -> str:
    """The search box."""
    return _with(_asked_interface())


def address_without_interface() -> str:
    """Where the reader is, in whatever language the interface is switched to."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "ui"]
    return request.path + ("?" + urlencode(kept) if kept else "")


def local_address(asked: str) -> str:
    """An address of this site to send a reader back to, or the search box when it leads elsewhere.

    >>> local_address("/?q=x"), local_address("//example.org"), local_address("https://example.org")
    ('/?q=x', '/', '/')
    """
    plain = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if plain else "/"


def search_parameters(wanted: SearchRequest, default_limit: int) -> list[tuple[str, str]]:
    """The parameters that ask for a search; what is as by default is left out.

    >>> search_parameters(SearchRequest("rain", limit=10, languages=("ar", "ur"), sort="date"), default_limit=10)
    [('q', 'rain'), ('language', 'ar'), ('language', 'ur'), ('sort', 'date')]
    """
    usual = SearchRequest("")
    parameters = {
        "date_from": wanted.date_from.isoformat() if wanted.date_from else "",
        "date_to": wanted.date_to.isoformat() if wanted.date_to else "",
        "mode": wanted.mode if wanted.mode != usual.mode else "",
        "sort": wanted.sort if wanted.sort != usual.sort else "",
        "collapse": "" if wanted.collapse else "false",
        "limit": str(wanted.limit) if wanted.limit != default_limit else "",
        "offset": str(wanted.offset) if wanted.offset else "",
    }
    return [
        ("q", wanted.query),
        *(("language", language) for language in wanted.languages),
        *(("source", source) for source in wanted.sources),
        *((name, value) for name, value in parameters.items() if value),
    ]


def _asked_interface() -> list[tuple[str, str]]:
    """An interface language that the address asks for stays asked for."""
    asked = request.args.get("ui", "")
    return [("ui", asked)] if asked else []


def _with(parameters: list[tuple[str, str]]) -> str:
    return "/?" + urlencode(parameters) if parameters else "/"
