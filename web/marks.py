"""Text with its marks → HTML. Everything of a document is escaped; only the tags made here are tags."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from search.types import Reading

_Ranges = Sequence[tuple[int, int]]


def marked(text: str, marks: _Ranges) -> Markup:
    """A text with its marked ranges in <mark>.

    >>> marked("a < b", [(0, 1)])
    Markup('<mark>a</mark> &lt; b')
    """
    return _html(text, marks, 0, len(text))


def paragraphs(reading: Reading) -> list[Markup]:
    """The paragraphs of a document, the matching passage in elements of its own; the first is `#passage`."""
    text, marks = reading.document.text, reading.text_marks
    low, high = reading.passage or (0, 0)
    shown: list[Markup] = []
    opening = Markup('<span class="passage" id="passage">')
    for start, end in _lines(text):
        first, last = max(start, low), min(end, high)
        if first < last:
            parts = [_html(text, marks, *part) for part in ((start, first), (first, last), (last, end))]
            shown.append(parts[0] + opening + parts[1] + Markup("</span>") + parts[2])
            opening = Markup('<span class="passage">')
        else:
            shown.append(_html(text, marks, start, end))
    return shown


def _html(text: str, marks: _Ranges, start: int, end: int) -> Markup:
    return Markup("").join(_pieces(text, marks, start, end))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line that is not blank."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _pieces(text: str, marks: _Ranges, start: int, end: int) -> Iterator[Markup]:
    """The part of a text between two places, with what is marked there."""
    position = start
    for first, last in marks:
        first, last = max(first, start), min(last, end)
        if first < last:
            yield Markup.escape(text[position:first])
            yield Markup("<mark>{}</mark>").format(text[first:last])
            position = last
    yield Markup.escape(text[position:end])
