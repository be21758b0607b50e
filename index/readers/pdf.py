"""`.pdf`: the text of all pages as one document, put together from where each character stands.

PDFium says what characters a page has and where. Its own idea of their order fails for Arabic and
Urdu, so lines are put together here: characters side by side, then read from the right or the left.
"""

from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

import regex

from index.encodings import fold_forms
from index.errors import FileDamaged, FileProtected, LimitExceeded
from index.readers.foreign import extra, foreign
from index.readers.item import Item, OnError, megabytes
from index.readers.records import storable
from index.readers.spool import on_disk
from index.readers.visual_order import logical
from index.types import RawDocument

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_WORD_GAP = 0.16  # of the height of the letters; what is wider is a space
_SAME_LINE = 0.7  # of the height: glyphs whose base lines differ less stand on one line
_COLUMN_GAP = 2.5  # what is wider separates columns
_PARAGRAPH_GAP = 1.45  # of the usual distance of lines; what is wider begins a paragraph
_FULL_LINE = 0.8  # of the widest line; a shorter one ends a paragraph
_ARABIC = regex.compile(r"\p{Script=Arabic}")
_MARK = regex.compile(r"\p{M}")
_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cf}\uFFFE\uFFFF]")
_DIVIDES = "\x02\u00ad\ufffe"  # what PDFium makes of a hyphen at the end of a line
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_JUNK_TITLE = regex.compile(r"^$|^untitled|^microsoft word|\.(?:docx?|indd|qxd|pdf|rtf|tmp|html?)$", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A glyph: its characters as they are read, where it begins, its edges, base line and height in points.

    A glyph that the file does not name has no characters, but takes room all the same.
    """

    text: str
    start: float
    left: float
    right: float
    base: float
    height: float


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in the order in which it stands on the page, and its edges, base line and height in points."""

    text: str
    left: float
    right: float
    base: float
    height: float


def read(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """The one document in a PDF file. Raises FileProtected, FileDamaged, LimitExceeded, ReaderMissing."""
    with extra(item.path, "pdf"):
        import pypdfium2
    with on_disk(item) as path, foreign(item.path, "a PDF file"):
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as problem:
            if getattr(problem, "err_code", 0) == _PASSWORD_ERROR:
                raise FileProtected(
                    f"{item.path}: opens only with a password; save it without one and rebuild"
                ) from problem
            raise FileDamaged(f"{item.path}: not a whole PDF file ({problem}); fetch it again and rebuild") from problem
        with document:
            text = _text(item, document)
            title = _title(document)
    if not text.strip():
        raise FileDamaged(
            f"{item.path}: holds no text, perhaps only scanned pages; recognise its text (OCR) and rebuild"
        )
    yield RawDocument(id=item.name, text=text, title=title, origin=str(item.path))


def _title(document: "PdfDocument") -> str:
    title = " ".join(storable(document.get_metadata_value("Title")).split())
    return "" if _JUNK_TITLE.search(title) else fold_forms(title)


def _text(item: Item, document: "PdfDocument") -> str:
    pages: list[str] = []
    size = 0
    for number in range(len(document)):
        page = document[number]
        pages.append(_page_text(page))
        page.close()
        item.progress()
        size += len(pages[-1])
        if size > item.limits.record_bytes // 2:
            raise LimitExceeded(
                f"{item.path}: more text than {megabytes(item.limits.record_bytes)}; split it and rebuild"
            )
    return "\n\n".join(page for page in pages if page)


def _page_text(page: "PdfPage") -> str:
    lines = [line for line in _lines(_letters(page)) if line.text.strip()]
    texts = logical([line.text for line in lines])
    return fold_forms("\n".join(_paragraphs(lines, texts)))


def _letters(page: "PdfPage") -> Iterator[_Letter]:
    """The glyphs of a page in the order in which the file has them."""
    text_page = page.get_textpage()
    try:
        for index in range(text_page.count_chars()):
            letter = _letter(text_page, index)
            if letter:
                yield letter
    finally:
        text_page.close()


def _letter(text_page: "PdfTextPage", index: int) -> _Letter | None:
    """One glyph; None for the spaces without width, which PDFium adds by its own judgment."""
    from pypdfium2 import raw

    left, bottom, right, top = text_page.get_charbox(index, loose=True)
    if right - left <= 0:
        return None
    character = chr(raw.FPDFText_GetUnicode(text_page, index))
    if character in _DIVIDES:
        character = "-"
    elif _INVISIBLE.match(character) or raw.FPDFText_HasUnicodeMapError(text_page, index) == 1:
        character = ""
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(text_page, index, x, y)
    height = raw.FPDFText_GetFontSize(text_page, index)
    return _Letter(storable(character), x.value, left, right, y.value, height if height > 1 else max(top - bottom, 1))


def _lines(letters: Iterator[_Letter]) -> Iterator[_Line]:
    """Letters that follow one another on one base line and stand not a column apart make a line."""
    row: list[_Letter] = []
    for letter in letters:
        if row and abs(letter.base - row[0].base) > _SAME_LINE * letter.height:
            yield from _split(row)
            row = []
        row.append(letter)
    if row:
        yield from _split(row)


def _split(row: list[_Letter]) -> Iterator[_Line]:
    """The lines of a row: several, where it runs across columns or the cells of a table."""
    placed = sorted(row, key=lambda letter: (letter.start, letter.left))
    line = [placed[0]]
    end = placed[0].right
    for letter in placed[1:]:
        if letter.left - end > _COLUMN_GAP * letter.height:
            yield _line(line)
            line = []
        line.append(letter)
        end = max(end, letter.right)
    yield _line(line)


def _line(letters: list[_Letter]) -> _Line:
    """A line of letters from left to right, with spaces where there is room for one."""
    placed = _with_marks(_clusters(letters))
    height = median(letter.height for letter in letters)
    parts: list[str] = []
    end = placed[0].right
    for letter in placed:
        if letter.left - end > _WORD_GAP * height:
            parts.append(" ")
        parts.append(letter.text)
        end = max(end, letter.right)
    text = " ".join("".join(parts).split())
    return _Line(text, min(x.left for x in letters), end, median(x.base for x in letters), height)


def _clusters(letters: list[_Letter]) -> list[_Letter]:
    """The characters of one glyph (a ligature, such as lam with alef) together, turned if the line is to be turned."""
    found: list[_Letter] = []
    for _, same in groupby(letters, key=lambda letter: (letter.start, letter.left, letter.right)):
        first, *others = same
        text = "".join((first.text, *(other.text for other in others)))
        found.append(replace(first, text=text[::-1] if others and _ARABIC.match(text) else text))
    return found


def _with_marks(letters: list[_Letter]) -> list[_Letter]:
    """Each vowel mark joined to the letter that it stands above or below."""
    bases = [letter for letter in letters if not _MARK.match(letter.text)]
    if len(bases) == len(letters) or not bases:
        return letters
    for mark in letters:
        if _MARK.match(mark.text):
            n = min(range(len(bases)), key=lambda n: _distance(mark, bases[n]))
            base = bases[n]
            left, right = min(base.left, mark.left), max(base.right, mark.right)
            bases[n] = replace(base, text=base.text + mark.text, left=left, right=right)
    return bases


def _distance(mark: _Letter, letter: _Letter) -> tuple[bool, float]:
    """How far a mark is from a letter; none is nearer than that of the same glyph."""
    return mark.start != letter.start, abs(mark.left + mark.right - letter.left - letter.right)


def _paragraphs(lines: list[_Line], texts: list[str]) -> Iterator[str]:
    """Lines that run on joined: those before them are full and near."""
    if not lines:
        return
    steps = [abs(a.base - b.base) for a, b in pairwise(lines) if a.base != b.base]
    usual = median(steps) if steps else 0.0
    widest = max(line.right - line.left for line in lines)
    paragraph = texts[0]
    for (before, line), text in zip(pairwise(lines), texts[1:], strict=True):
        if _runs_on(before, line, usual, widest):
            paragraph = _joined(paragraph, text)
        else:
            yield paragraph
            paragraph = text
    yield paragraph


def _runs_on(before: _Line, line: _Line, usual: float, widest: float) -> bool:
    step = abs(before.base - line.base)
    near = (
        step <= max(usual, 1.3 * before.height) * _PARAGRAPH_GAP
        and abs(before.height - line.height) < 0.2 * line.height
    )
    return near and (before.right - before.left) >= _FULL_LINE * widest


def _joined(paragraph: str, text: str) -> str:
    """Two lines as one; a word that was divided between them is whole again."""
    if regex.search(r"\p{Latin}-$", paragraph) and regex.match(r"\p{Ll}", text):
        return paragraph[:-1] + text
    return f"{paragraph} {text}"
