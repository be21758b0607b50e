"""Raw page text → a document: litter lines dropped, the title found and not repeated, the language known."""

from collections.abc import Iterator
from datetime import date, datetime

import regex

from index.languages import detect
from index.text import fold
from index.types import Document, RawDocument

_LONGEST_TITLE = 250
# A heading "read also" is followed by headlines: short lines that do not end as a sentence does.
_LONGEST_HEADLINE = 140
# A longer line is a paragraph. Most text is, and is not looked at twice.
_LONGEST_LITTER = 250
_SENTENCE_END = regex.compile(r"[.!?؟۔…:»\"”]\s*$")
_STOP = regex.compile(r"[.!?؟۔]\W*$")
_CONTROL = regex.compile(r"[^\P{Cc}\n\t]+")  # keeps line breaks and tabs

# Whole lines, or parts of a line between bars, that pages add to their text; matched when folded.
_BUTTONS = (
    "share|print|save|copy link|tweet|e-?mail|whatsapp|facebook|telegram|advertisement|sponsored|loading|user|menu|"
    "comments?|send to a friend|sign in|log in|"
    "شارک|شارک المقال|شارک الخبر|مشارکہ|انشر|طباعہ|نسخ الرابط|حفظ|تکبیر الخط|تعلیقات|اعلان|فیسبوک|واتساب|"
    "شیر کریں|شییر کریں|پرنٹ کریں|محفوظ کریں|لنک کاپی کریں|تبصرے|تبصرہ|اشتہار|فیس بک|واٹس ایپ|ٹویٹر"
)
# These are litter however they end.
_APPEAL = regex.compile(
    r"""^\W*(?:
      (?=.*(?:enabl|disabl|turn\ (?:it|on|java)|turned\ o|requir|works\ best|need|تفعیل|تمکین|یتطلب|چالو|فعال|\ ان\ ک))
      .{0,80}(?:java\ ?script|(?:جافا|جاوا)\ ?(?:سکریپ?ب?ت|سکرپٹ|اسکرپٹ|سکربت)).{0,60}
    | (?:follow|like|join)\ us\ (?:on|at|via)\b.*
    | (?:subscribe|sign\ up)\b.{0,80}(?:newsletter|letter|channel|alerts|inbox|e-?mail|updates).*
    | (?:click|tap)\ here\b.*
    | all\ rights\ reserved.*
    | (?:تابعونا|تابعنا)\b.*
    | (?:ہمیں|ہم\ کو)\ .{0,40}فالو.*
    | (?:اشترک|سجل).{0,60}(?:نشرتنا|النشرہ|البرید|قناتنا).*
    | .{0,60}(?:نیوز\ ?لیٹر|خبرنامہ).{0,60}
    | .{0,120}(?:جواین|سبسکرایب)\ کر(?:نے|یں).{0,120}
    | جمیع\ الحقوق\ محفوظہ.*
    | (?:جملہ|تمام)\ حقوق\ (?:بحق\ .{0,30})?محفوظ.*
    )$""",
    regex.VERBOSE,
)
# These are litter unless they end as a sentence does: "Save the Children opened an office." is news.
_FURNITURE = regex.compile(
    rf"""^\W*(?:
      (?:{_BUTTONS.replace(" ", chr(92) + " ")})(?:\W*\(?\d*\)?|\ (?:this|on|via|for|the)\b.{{0,40}}|\s*:.{{0,60}})
    | (?:photo|image|picture)(?:\ credit|\ by|\ courtesy)?\s*[:/].*
    | (?:last\ updated?|updated|published|publication\ date)\b(?:\ on|\ at)?\s*:?.{{0,60}}\d.{{0,40}}
    | (?:تاریخ\ النشر|نشر\ (?:فی|بتاریخ)|اخر\ تحدیث|تم\ التحدیث)\b.{{0,80}}
    | (?:اخری\ بار\ اپ\ ?ڈیٹ|اپ\ ?ڈیٹ|تاریخ\ اشاعت|شایع\ (?:ہوا|کیا)).{{0,80}}\d.{{0,30}}
    | (?:کلمات\ دلالیہ|الکلمات\ المفتاحیہ|ٹیگز|tags|keywords)\s*:.*
    | (?:تصویر|الصورہ|صورہ|فوٹو|عدسہ)\s*[:/].{{0,100}}
    )$""",
    regex.VERBOSE,
)
# Alone on its line, or followed by a colon and a headline: "المزيد من القتلى" begins a sentence.
_READ_ALSO = regex.compile(
    r"^\W*(?:(?:read|see)\ (?:also|more)|related(?:\ (?:stories|articles|news|topics))?|more\ on\ this|also\ read"
    r"|(?:اقرا|اقراوا)\ (?:ایضا|المزید)|مواضیع\ ذات\ صلہ|اخبار\ ذات\ صلہ|المزید"
    r"|یہ\ بہی\ پڑہیں|مزید\ پڑہیں|متعلقہ\ (?:خبریں|مضامین))(?:\W*|\s*:(?P<headline>.*))$"
)


def clean(raw: RawDocument) -> Document:
    """The document in a record; its text may be empty when the record held only litter.

    The title is the record's own, or else the first line that is not litter and short enough.
    An unreadable date is left out: the text is worth having without it.
    """
    lines = list(_without_litter(_lines(raw.text)))
    title = _one_line(raw.title)
    if not title and len(lines) > 1 and len(lines[0]) <= _LONGEST_TITLE:
        title = lines[0].removeprefix("#").lstrip("# ")
        lines = lines[1:]
    # A record that says nothing but its title still says that much.
    text = "\n".join(_without_repeats(lines, title)).strip("\n")
    if not text and raw.text.strip():
        text = title
    language = raw.language or detect(f"{title}\n{text}")
    return Document(raw.id, text, title, language, raw.url, parse_date(raw.date), raw.source)


def parse_date(written: str) -> date | None:
    """The day of an ISO 8601 date or date and time, or None.

    >>> parse_date("2023-09-26T10:00:00Z"), parse_date("yesterday")
    (datetime.date(2023, 9, 26), None)
    """
    try:
        return datetime.fromisoformat(written.strip()).date()
    except ValueError:
        return None


def _lines(text: str) -> list[str]:
    plain = _CONTROL.sub(
        " ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    )
    return [line.strip() for line in plain.split("\n")]


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _without_litter(lines: list[str]) -> Iterator[str]:
    under_read_also = False
    blank = True  # so that leading blank lines go
    for line in lines:
        if not line:
            if not blank and not under_read_also:
                yield line
            blank = True
            continue
        if len(line) > _LONGEST_LITTER:
            under_read_also, blank = False, False
            yield line
            continue
        folded = fold(line)
        headings = _READ_ALSO.match(folded)
        if headings and len(line) <= _LONGEST_HEADLINE:
            under_read_also = not headings["headline"]
            continue
        if under_read_also and len(line) <= _LONGEST_HEADLINE and not _SENTENCE_END.search(line):
            continue
        under_read_also = False
        if not _is_litter(folded):
            yield line
            blank = False


def _is_litter(folded: str) -> bool:
    """Whether a line is page furniture, whole or in one of its parts between bars."""
    parts = [part for part in (folded, *folded.split("|")) if part.strip()]
    if any(_APPEAL.match(part) for part in parts):
        return True
    return not _STOP.search(folded) and any(_FURNITURE.match(part) for part in parts)


def _without_repeats(lines: list[str], title: str) -> Iterator[str]:
    heading = fold(title)
    longest = 2 * len(title)  # a fold takes marks and invisible characters off, hardly more
    blank = True
    for line in lines:
        if line and len(line) <= longest and fold(line) == heading:
            continue
        if line or not blank:
            yield line
        blank = not line
