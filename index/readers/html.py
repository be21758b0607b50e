"""`.html`, `.htm`, `.xhtml`: the article of a page, without what stands around it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import regex

from index.encodings import first_declared
from index.errors import FileDamaged, LimitExceeded
from index.readers.declared import believed
from index.readers.foreign import foreign
from index.readers.item import Item, OnError
from index.types import RawDocument

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DECLARED = (
    regex.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", regex.IGNORECASE),
    regex.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]+)", regex.IGNORECASE),
)
_HEAD = 4096  # an encoding is declared at the beginning, or not at all
_XML_DECLARATION = regex.compile(r"^\s*<\?xml[^>]*\?>")
# Names that pages give to what is not their text; an element that holds much of the page is no furniture.
_FURNITURE = regex.compile(
    r"(?<![a-z])(?:(?:related|promo|recommended|newsletter|subscribe|caption|byline|breadcrumbs?|share(?:bar|daddy)?|sharing"
    r"|social|cookies?|consent|gdpr|tags?|teasers?|comments?)(?![a-z])|read-(?:also|more|next)|more-stories|most-read"
    r"|(?:author|writer)-(?:bio|box)|ad-(?:slot|container|unit)|post-info|entry-meta|skip-link)",
    regex.IGNORECASE,
)
_MOST = 0.3
_INLINE = frozenset("a abbr b cite em font i mark q s small span strong sub sup time u".split())
_YEAR = regex.compile(r"(?<!\d)(?:19|20|١٩|٢٠|۱۹|۲۰)\d\d(?!\d)")
_DATELINES, _LONGEST_DATELINE = 2, 80
_LAYOUT = ("p", "h1", "h2", "h3", "article")
# What a page shows around its text, when trafilatura finds no article in it.
_NO_TEXT = "script|style|noscript|template|svg|nav|header|footer|aside|form|button|select|iframe|head"
_BLOCKS = frozenset(
    "p div section article li ul ol table tr h1 h2 h3 h4 h5 h6 blockquote pre br dd dt figcaption".split()
)


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The one document in a page. Raises EncodingUnknown, LimitExceeded, FileDamaged.

    Its language is what the page says, unless its text says otherwise.
    """
    tree = parse_markup(item, markup(item, item.whole()))
    with foreign(item.path, "a web page"):
        found = _article(tree, item.url)
        clear(tree)
        text = _text(tree, str(found.get("text") or ""))
        if not found.get("date"):
            text = "\n".join((*_datelines(tree, text), text))
    title = str(found.get("title") or "") or " ".join(tree.xpath("string(//title)").split())
    yield RawDocument(
        id=item.name,
        text=text,
        title=title,
        language=believed(_declared_language(tree), f"{title}\n{text}"),
        url=item.url or str(found.get("url") or ""),
        date=str(found.get("date") or ""),
        source=str(found.get("sitename") or ""),
        origin=str(item.path),
    )


def _text(tree: "HtmlElement", article: str) -> str:
    """The lines of the article; those of the whole page when there is none.

    From a short page trafilatura takes all words as one line: the page says where lines end.
    """
    article = article.strip()
    if article and "\n" in article:
        return article
    lines = plain_text(tree)
    if not article:
        return lines
    kept = [line for line in lines.split("\n") if line in article]
    return "\n".join(kept) if sum(map(len, kept)) > 0.9 * len(article) else article


def _datelines(tree: "HtmlElement", text: str) -> list[str]:
    """Short lines above the text that name a year: cleaning reads the date out of them, and drops them."""
    first = text.partition("\n")[0]
    above = plain_text(tree).partition(first)[0].split("\n") if first else []
    return [line for line in above if len(line) <= _LONGEST_DATELINE and _YEAR.search(line)][-_DATELINES:]


def markup(item: Item, data: bytes) -> str:
    """The characters of a page; its sender's word on their encoding goes before its own. Raises EncodingUnknown."""
    return item.text(data, item.declared or first_declared(_DECLARED, data[:_HEAD]))


def parse_markup(item: Item, markup: str) -> "HtmlElement":
    """The elements of a page. Raises LimitExceeded for a page nested too deep, FileDamaged for one without any."""
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = html.document_fromstring(_XML_DECLARATION.sub("", markup), parser=parser)
    except (etree.LxmlError, ValueError) as problem:
        raise FileDamaged(f"{item.path}: not a web page ({problem}); check the file and rebuild") from problem
    deepest = 0
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > item.limits.depth:
        raise LimitExceeded(
            f"{item.path}: elements nested more than {item.limits.depth} deep; expected a page that people read, "
            "so take the text out of it by other means"
        )
    return tree


def _article(tree: "HtmlElement", url: str) -> dict[str, Any]:
    """What trafilatura finds: text, title, date, url, sitename; nothing when it sees no article."""
    from trafilatura import bare_extraction

    cleared = deepcopy(tree)
    clear(cleared)
    found = bare_extraction(
        cleared,
        url=url or None,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        return {}
    return {name: getattr(found, name) for name in ("text", "title", "date", "url", "sitename")}


def clear(tree: "HtmlElement") -> None:
    """Take out what its own markup calls furniture, and turn tables that lay out a page into blocks."""
    most = _MOST * len(tree.text_content())
    for element in [*tree.iterfind(".//*[@class]"), *tree.iterfind(".//*[@id]")]:
        named = _FURNITURE.search(f"{element.get('class', '')} {element.get('id', '')}")
        if named and _stands_alone(element) and len(element.text_content()) < most:
            element.drop_tree()
    for table in list(tree.iter("table")):
        if next(table.iter(*_LAYOUT), None) is not None or len(list(table.iter("table"))) > 1:
            for part in list(table.iter("table", "tbody", "thead", "tr", "td", "th", "center", "font")):
                part.tag = "div" if part.tag != "font" else "span"


def _stands_alone(element: "HtmlElement") -> bool:
    """Whether an element is a block, or not amid the words of a sentence."""
    parent = element.getparent()
    if parent is None:
        return False
    around = [parent.text, *(child.tail for child in parent)]
    return element.tag not in _INLINE or not any(text and text.strip() for text in around)


def plain_text(tree: "HtmlElement") -> str:
    """All text of a page, a line for each block, without scripts and what is named as furniture."""
    lines: list[list[str]] = [[]]
    skipped = set(_NO_TEXT.split("|"))

    def visit(element: "HtmlElement") -> None:
        if element.tag in skipped:
            return
        if element.tag in _BLOCKS:
            lines.append([])
        lines[-1].append(element.text or "")
        for child in element:
            visit(child)
            lines[-1].append(child.tail or "")
        if element.tag in _BLOCKS:
            lines.append([])

    visit(tree)
    return "\n".join(line for parts in lines if (line := " ".join("".join(parts).split())))


def _declared_language(tree: "HtmlElement") -> str:
    return str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
