"""The pages: complete HTML from the server, nothing needed of the browser but to show it."""

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, render_template, request
from markupsafe import Markup

from index.languages import LANGUAGES
from search.types import SearchRequest, Snippet
from web.live import LiveSearcher
from web.params import search_request

blueprint = Blueprint("pages", __name__)

LANGUAGE_NAMES = {"en": "English", "ar": "العربية", "ur": "اردو", "und": "Other"}
_RIGHT_TO_LEFT = {"ar", "ur", "fa", "ps", "sd", "ug", "he", "ckb"}


@blueprint.get("/")
def home() -> str:
    """The search box, and under it the answer when something was asked."""
    if not request.args.get("q", "").strip():
        return render_template("home.html", wanted=SearchRequest(""), languages=LANGUAGES)
    size = current_app.config["PAGE_SIZE"]
    wanted = search_request(request.args, default_limit=size, largest_limit=current_app.config["LARGEST_LIMIT"])
    result = _live().current().search(wanted)
    return render_template(
        "results.html", wanted=wanted, result=result, languages=LANGUAGES, pages=_pages(wanted, result.total)
    )


@blueprint.get("/documents/<path:identity>")
def document(identity: str) -> str:
    """A whole document, to read."""
    found = _live().current().document(identity)
    if found is None:
        abort(404, "there is no such document in the index any more")
    return render_template("document.html", document=found, wanted=SearchRequest(""), languages=LANGUAGES)


@blueprint.app_template_filter("direction")
def direction(language: str) -> str:
    """`rtl` or `ltr` for a language tag, `auto` for an unknown one."""
    if language == "und":
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@blueprint.app_template_filter("language_name")
def language_name(language: str) -> str:
    """A language's own name for itself."""
    return LANGUAGE_NAMES.get(language, language)


@blueprint.app_template_filter("marked")
def marked(snippet: Snippet) -> Markup:
    """A snippet as HTML, its marked words in <mark>, everything else escaped."""
    return Markup("").join(_pieces(snippet))


@blueprint.app_template_filter("web_address")
def web_address(url: str) -> str:
    """An address that is safe to link to, or "": a document may claim any URL, `javascript:` too."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def _pieces(snippet: Snippet) -> Iterator[Markup]:
    position = 0
    for start, end in snippet.marks:
        yield Markup.escape(snippet.text[position:start])
        yield Markup("<mark>{}</mark>").format(snippet.text[start:end])
        position = end
    yield Markup.escape(snippet.text[position:])


def _pages(wanted: SearchRequest, total: int) -> dict[str, str]:
    """Addresses of the pages before and after this one, where there are any that may be asked for."""
    reachable = min(total, current_app.config["DEEPEST_RESULT"] - wanted.limit + 1)
    pages: dict[str, str] = {}
    if wanted.offset > 0:
        pages["previous"] = _address(offset=max(0, wanted.offset - wanted.limit))
    if wanted.offset + wanted.limit < reachable:
        pages["next"] = _address(offset=wanted.offset + wanted.limit)
    return pages


def _address(offset: int) -> str:
    """The address of this search at another offset."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "offset"]
    return "/?" + urlencode([*kept, ("offset", str(offset))] if offset else kept)


def _live() -> LiveSearcher:
    live: LiveSearcher = current_app.extensions["hudhud"]
    return live
