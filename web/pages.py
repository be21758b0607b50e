"""The pages: complete HTML from the server; a script on top of it only saves keystrokes."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, abort, current_app, json, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from index.errors import HudhudError, QueryError
from index.languages import LANGUAGES, PARTITIONS
from index.types import Document
from search.searcher import Searcher
from search.types import Reading, SearchRequest
from web import addresses, locales
from web.appearance import THEME_COOKIE, THEMES
from web.filters import active, chosen_year, filters
from web.gate import gated
from web.hints import hints
from web.live import LiveSearcher
from web.locales import gettext
from web.marks import paragraphs
from web.metrics import counted
from web.pager import pager
from web.params import search_request
from web.reasons import crossings, spelled

blueprint = Blueprint("pages", __name__)

_REMEMBERED = 365 * 24 * 3600
_SIMILAR = 6
_MOST_DUPLICATES = 20


@blueprint.get("/")
@gated
def home() -> str:
    """The search box, and under it the answer when something was asked."""
    if not request.args.get("q", "").strip():
        return render_template("home.html", held=_held())
    wanted = _wanted()
    searcher = _live().current()
    result = counted(searcher.search(replace(wanted, explain=True)))
    return render_template(
        "results.html",
        wanted=wanted,
        result=result,
        filters=filters(wanted, result.facets, searcher.snapshot.partitions),
        active=active(wanted),
        year=chosen_year(wanted),
        pager=pager(wanted, result.total, current_app.config["DEEPEST_RESULT"]),
        crossings=crossings(result.query, result.hits),
        typed=spelled(result.query),
        duplicates={hit.document.id: _documents(searcher, hit.duplicates) for hit in result.hits},
        by_relevance=addresses.search_address(replace(wanted, offset=0, sort="relevance")),
        by_date=addresses.search_address(replace(wanted, offset=0, sort="date")),
        hints=hints(result),
        corrected=searcher.corrected(wanted.query),
    )


@blueprint.get("/documents/<path:identity>")
@gated
def document(identity: str) -> str:
    """A whole document, to read, with the words of the query that led to it marked."""
    query = request.args.get("q", "").strip()
    searcher = _live().current()
    reading = _read(searcher, identity, query)
    if reading is None:
        abort(404, gettext("There is no such document in the index any more."))
    similar = searcher.similar(identity, _SIMILAR)
    return render_template(
        "document.html",
        document=reading.document,
        reading=reading,
        paragraphs=paragraphs(reading),
        similar=similar.hits if similar else (),
        wanted=SearchRequest(query),
    )


@blueprint.post("/preferences")
def preferences() -> Response:
    """Remember the interface language or the colours that the reader chose, and go back."""
    answer = make_response(redirect(addresses.local_address(request.form.get("next", "/")), 303))
    for name, known in ((locales.COOKIE, LANGUAGES), (THEME_COOKIE, THEMES)):
        value = request.form.get(name, "")
        if value in known:
            answer.set_cookie(name, value, max_age=_REMEMBERED, samesite="Lax")
    return answer


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """What a browser needs to know to search here from its own search box."""
    return Response(render_template("opensearch.xml"), content_type="application/opensearchdescription+xml")


@blueprint.get("/opensearch/suggest")
@gated
def opensearch_suggest() -> Response:
    """Completions in the form that a browser's own search box takes."""
    typed = request.args.get("q", "")
    found = _live().current().suggest(typed)
    return Response(json.dumps([typed, found]), content_type="application/x-suggestions+json")


def _wanted() -> SearchRequest:
    """The search that the address asks for; the interface language is not part of it."""
    asked = MultiDict((name, value) for name, value in request.args.items(multi=True) if name != "ui")
    return search_request(
        asked,
        default_limit=current_app.config["PAGE_SIZE"],
        largest_limit=current_app.config["LARGEST_LIMIT"],
    )


def _documents(searcher: Searcher, identities: Sequence[str]) -> list[Document]:
    """The documents of some ids; of very many the first."""
    found = [searcher.document(identity) for identity in identities[:_MOST_DUPLICATES]]
    return [document for document in found if document]


def _held() -> dict[str, int]:
    """How many documents of each language there are to find; nothing while there is no index."""
    try:
        counts = _live().current().snapshot.manifest.counts
    except HudhudError:
        return {}
    return {language: counts[language]["documents"] for language in PARTITIONS if language in counts}


def _read(searcher: Searcher, identity: str, query: str) -> Reading | None:
    try:
        return searcher.read(identity, query)
    except QueryError:
        # The query is an aid to reading here; the document is shown without it.
        return searcher.read(identity)


def _live() -> LiveSearcher:
    live: LiveSearcher = current_app.extensions["hudhud"]
    return live
