"""articles(): one record → its articles, and each line that is no part of them with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.cleaning import margins, read_also, repetition, titles
from index.cleaning.lines import Line, is_one_paragraph, one_line, split
from index.cleaning.lines import line as single
from index.cleaning.margins import Spine
from index.cleaning.phrases import BODY, known
from index.cleaning.reasons import Reason
from index.cleaning.shapes import shaped
from index.cleaning.sources import source_of
from index.dates import DateLine, folded_date_line, parse_date
from index.languages import detect
from index.types import Document, RawDocument

_NEVER_TEXT = frozenset({Reason.SCRIPT, Reason.COOKIES, Reason.COUNTER})


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """A line of a page that is no part of its article. `number` counts from 1 in the record's text."""

    number: int
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a record, and what was left out of it.

    `numbers` holds, for each line of its text, the number of the record's line; 0 for a text that is only its title.
    """

    document: Document
    dropped: tuple[DroppedLine, ...]
    numbers: tuple[int, ...]


def clean(raw: RawDocument) -> Document:
    """The first article of a record, for records that are known to hold one."""
    return articles(raw)[0].document


def articles(raw: RawDocument) -> tuple[Article, ...]:
    """The articles of a record, one or more; their texts may be empty when the record held only litter.

    A second article that the page holds below a "read also" gets the id `ID#2` and no date. An
    unreadable date is left out: the text is worth having without it.
    """
    if is_one_paragraph(raw.text):
        return (_paragraph(raw),)
    lines = split(raw.text)
    verdicts = _litter(lines)
    second = read_also.second_article(lines, verdicts)
    if second is None:
        return (_article(raw, lines, verdicts),)
    heading, headline = second
    above = {at: why for at, why in verdicts.items() if at <= heading}
    below = {at - headline: why for at, why in verdicts.items() if at > headline}
    rest = replace(raw, id=f"{raw.id}#2", title="", language="", date="")
    return _article(raw, lines[: heading + 1], above), _article(rest, lines[headline:], below, headline=0)


def _paragraph(raw: RawDocument) -> Article:
    """The article of a record that is one paragraph, too long for any rule to look at: many a feed has no others."""
    source = source_of(raw)
    title = titles.without_site(one_line(raw.title), (), source)
    return Article(_document(raw, raw.text.strip(), title, source, parse_date(raw.date)), (), (1,))


def _litter(lines: Sequence[Line]) -> dict[int, Reason]:
    """Which lines are litter by themselves, wherever they stand."""
    found = ((at, _bar(line) or known(line, BODY) or shaped(line)) for at, line in enumerate(lines) if line.folded)
    litter = {at: reason for at, reason in found if reason}
    if sum(1 for line in lines if line.text) == 1:
        # What a record says in one line is all it says: a name with its place may look like a byline.
        return {at: reason for at, reason in litter.items() if reason in _NEVER_TEXT}
    return litter


def _bar(line: Line) -> Reason | None:
    """Why a line of parts between bars is litter: for its first part that is."""
    if "|" not in line.folded or line.stops:
        return None
    parts = (single(line.number, part) for part in line.text.split("|"))
    return next((reason for part in parts if part.folded and (reason := known(part, BODY))), None)


def _article(
    raw: RawDocument, lines: Sequence[Line], alone: Mapping[int, Reason], headline: int | None = None
) -> Article:
    verdicts = dict(alone)
    dates = {at: found for at, line in enumerate(lines) if line.folded and (found := folded_date_line(line.folded))}
    spine = margins.spine(lines, verdicts, dates)
    if spine:
        # An unmarked date between two paragraphs heads a part of a chronicle.
        dates = {at: found for at, found in dates.items() if found.marked or not spine.head < at < spine.last}
        verdicts |= margins.by_words(lines, verdicts, spine)
    verdicts |= dict.fromkeys(dates, Reason.DATE)
    verdicts |= margins.captions(lines, verdicts)
    source = source_of(raw)
    place = headline if headline is not None or raw.title.strip() else _title_line(lines, verdicts, spine, dates)
    written = raw.title if place is None else titles.plain(lines[place].text)
    title = titles.without_site(one_line(written), lines, source)
    heading = titles.Heading.of(title)
    verdicts |= {at: Reason.REPEATED_TITLE for at, line in enumerate(lines) if titles.repeats(line, heading)}
    if place is not None:
        verdicts[place] = Reason.TITLE
    verdicts |= read_also.headlines(lines, verdicts)
    verdicts |= read_also.labels(lines, verdicts)
    verdicts |= _margins(lines, verdicts, spine)
    kept = _kept(lines, verdicts)
    text = "\n".join(line.text for line in kept)
    if not text and raw.text.strip():
        text = title  # a record that says nothing but its title still says that much
    document = _document(raw, text, title, source, parse_date(raw.date) or _day(dates))
    dropped = (
        DroppedLine(lines[at].number, lines[at].text, verdicts[at])
        for at in sorted(verdicts)
        if verdicts[at] is not Reason.TITLE
    )
    return Article(document, tuple(dropped), tuple(line.number for line in kept) or (0,))


def _document(raw: RawDocument, text: str, title: str, source: str, day: date | None) -> Document:
    language = raw.language or detect(f"{title}\n{text}")
    return Document(raw.id, text, title, language, raw.url, day, source)


def _title_line(
    lines: Sequence[Line], verdicts: Mapping[int, Reason], spine: Spine | None, dates: Mapping[int, DateLine]
) -> int | None:
    left = [at for at, line in enumerate(lines) if line.text and at not in verdicts]
    if len(left) < 2 and not verdicts:
        return None  # one line is text and no title
    if spine is None:
        return left[0] if len(left) > 1 and len(lines[left[0]].text) <= titles.LONGEST_TITLE else None
    head = [at for at in left if at < spine.head and not lines[at].is_paragraph]
    return titles.find(lines, verdicts, head, dates)


def _margins(lines: Sequence[Line], verdicts: Mapping[int, Reason], spine: Spine | None) -> dict[int, Reason]:
    if spine is None:
        return {}
    found: dict[int, Reason] = {}
    heading = min((at for at, why in verdicts.items() if why in (Reason.TITLE, Reason.REPEATED_TITLE)), default=-1)
    if heading < 0 or heading >= spine.head:
        heading = -1
    below_others = any(line.text for line in lines[: max(heading, 0)])
    if below_others or any(at < spine.head and why is not Reason.TITLE for at, why in verdicts.items()):
        found |= margins.head(lines, verdicts, spine.head, heading)
    found |= margins.authors(lines, {**verdicts, **found}, spine)
    found |= margins.tail(lines, {**verdicts, **found}, spine)
    if verdicts:
        found |= margins.repeated_here(lines, {**verdicts, **found})
    return found


def _day(dates: Mapping[int, DateLine]) -> date | None:
    """The day of publication: where marked as such, else an unmarked date, else the day of a change; the first wins."""
    known_days = [(found.update, not found.marked, at) for at, found in dates.items() if found.day]
    return dates[min(known_days)[2]].day if known_days else None


def _kept(lines: Sequence[Line], verdicts: Mapping[int, Reason]) -> list[Line]:
    """The lines that are left; of several blank ones one, and none at the ends."""
    kept: list[Line] = []
    for at, line in enumerate(lines):
        if at not in verdicts and (line.text or (kept and kept[-1].text)):
            kept.append(line)
    while kept and not kept[-1].text:
        kept.pop()
    return kept


def without_repeated(found: Sequence[Article]) -> list[Article]:
    """Articles without the lines that stand in many of them that have one source."""
    repeated = repetition.repeated_in(article.document for article in found)
    return [_without(article, repeated) for article in found] if repeated else list(found)


def _without(article: Article, repeated: frozenset[int]) -> Article:
    lines = article.document.text.split("\n")
    left = repetition.left(article.document, repeated)
    kept = set(left)
    furniture = [
        DroppedLine(article.numbers[at], line, Reason.REPEATED)
        for at, line in enumerate(lines)
        if line and at not in kept
    ]
    if not furniture:
        return article
    return Article(
        repetition.without_repeated(article.document, repeated),
        tuple(sorted([*article.dropped, *furniture], key=lambda line: line.number)),
        tuple(article.numbers[at] for at in left),
    )
