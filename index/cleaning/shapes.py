"""Litter known by its shape rather than by its words: menus, breadcrumbs, counters, hashtags, credits."""

import regex

from index.cleaning.lines import Line
from index.cleaning.reasons import Reason
from index.text import fold

_LONGEST_CREDIT = 220
_SEPARATOR = regex.compile(r"[\s\-–—_=*•·|/»«›‹>~#.…⁄▲▼★☆►▶◄◀■□●○✓✕×+←→↑↓]+")
_SCALE = regex.compile(r"(?:a[-+]|[-+]a|[aع])(?:\s*(?:a[-+]?|[-+]a|[aع]))*")
_PLAYER_TIMES = regex.compile(r"\d{1,2}:\d\d(?:\s+/?\s*\d{1,2}:\d\d(?::\d\d)?){1,3}")
_HASHTAGS = regex.compile(r"(?:[#＃][\p{L}\p{N}_]+[\s,،|]*)+")
_MAIL = regex.compile(r"\S+@\S+\.\w+|\[email.?protected\]|@[\w.]+")
_ADDRESS = regex.compile(r"(?:https?://|www\.)\S+")
_TELEPHONE = regex.compile(r"(?:\p{L}+\s*:?\s*)?\+?[\d\s()+-]{7,}")
_FILE = regex.compile(r"\S+\.(?:jpe?g|png|pdf|docx?|mp[34]|gif)\b.{0,20}", regex.IGNORECASE)
_FILE_PHOTO = regex.compile(r"file(?:\s+photo)?\s*[-–—:].*")
_ATTACHMENT = regex.compile(r".{1,80}\((?:pdf|docx?|xlsx?|pptx?|zip)\b[^()]{0,30}\)")
_EDIT_LINK = regex.compile(r".{1,80}\[(?:\s*(?:edit|edit source|عدل|عدل المصدر|ترمیم|ماخذ میں ترمیم)\s*[|]?)+\]")
_REFERENCE = regex.compile(r"(?:\^|↑)\s?.+")
_BREADCRUMB = regex.compile(r"\s*(?:[>»›/\\←]|::|»)\s*")
_BETWEEN_PARTS = regex.compile(r"[>»›/\\←|•·]|::")
_MENU = regex.compile(r"\s*[|•·]\s*")
_MOST_WORDS_IN_A_CRUMB = 3
_MOST_LETTERS_OF_A_SCALE = 3
_MOST_WORDS_OF_A_DESK = 10
_MOST_WORDS_OF_AN_ADDRESS = 15

_AGENCIES = (
    "afp|ap|epa|dpa|reuters|getty|getty images|shutterstock|anadolu|aa|xinhua|tass|ani|pti|app|inp|nni|online|file|"
    "file photo|handout|social media|bbc|dw|voa|al jazeera|alamy|istock|pexels|unsplash|wikimedia|flickr|archive|"
    "رويترز|أ ف ب|أف ب|أ.ف.ب|فرانس برس|أ ب|أسوشيتد برس|الأناضول|د ب أ|شينخوا|سبوتنيك|الجزيرة|مواقع التواصل|أرشيف|"
    "أرشيفية|غيتي|غيتي إيميجز|جيتي|وكالات|وام|واس|بترا|سانا|انترنت|صورة أرشيفية|"
    "روئٹرز|رائٹرز|اے ایف پی|اے پی|اے پی پی|گیٹی|گیٹی امیجز|فائل|فائل فوٹو|سوشل میڈیا|انادولو|ای پی اے|ڈی پی اے|شنہوا"
)
_AGENCY = "(?:" + "|".join(regex.escape(fold(name)) for name in _AGENCIES.split("|")) + ")"
# (رويترز) · [Haidar Karim/Al Jazeera] · PHOTO: AFP · - أرشيفية
_CREDIT_AT_THE_END = (
    regex.compile(rf".*\((?:[^()]*[-–—/,،]\s*)?{_AGENCY}(?:\s*[-–—/,،][^()]*)?\)\W*"),
    regex.compile(r".*\[[^\[\]]+[/،,][^\[\]]+\]\W*"),
    regex.compile(r".*[.\s,،۔](?:photo|image|picture|credit|courtesy|فوٹو|تصویر|صورہ|تصویر)\s*[:/]\s*[^.]{2,40}"),
    regex.compile(r".*\s[-–—|]\s*(?:ارشیف|ارشیفیہ|صورہ ارشیفیہ|من الارشیف|فایل فوٹو|file photo|file|archive)\W*"),
    regex.compile(rf".*/\s?(?:{_AGENCY})\W*"),
)
_MAY_CREDIT = regex.compile(r"[\])]\W*$|[:/]|[-–—|]\s*\p{L}+(?:\s\p{L}+)?\W*$")
# (AFP) · ت.أ/ ع.ج (DWA) · ط ا / ع ب
_INITIALS = r"\p{L}{1,2}(?:(?:\.\s?|\s)\p{L}{1,2}){0,3}\.?"
_DESK = regex.compile(rf"\W*\(?{_AGENCY}\)?\W*|{_INITIALS}(?:\s*/\s*{_INITIALS})+\s*(?:\([^()]{{2,30}}\))?")


def shaped(line: Line) -> Reason | None:
    r"""Why a line is litter by its shape, or None.

    >>> from index.cleaning.lines import split
    >>> [shaped(line) for line in split("Home > World > Africa\n#ليبيا #درنة\nHome is where they went.")]
    [<Reason.NAVIGATION: 'navigation'>, <Reason.TAGS: 'tags'>, None]
    """
    text = line.folded
    if not text:
        return None
    if _FILE_PHOTO.fullmatch(text):
        return Reason.CREDIT
    if text[0] in "^↑" and _REFERENCE.fullmatch(text):
        return Reason.SOURCE
    if text[-1] == "]" and _EDIT_LINK.fullmatch(text):
        return Reason.NAVIGATION
    reason = _signs(line) or _address(line)
    if reason or (line.stops and not text.endswith(")")):
        return reason
    return Reason.NAVIGATION if _is_trail(line) else _credit(line)


def _signs(line: Line) -> Reason | None:
    """Lines that are hardly words at all."""
    text = line.folded
    if not line.words and (_SEPARATOR.fullmatch(text) or _PLAYER_TIMES.fullmatch(text)):
        return Reason.COUNTER
    if line.words <= _MOST_LETTERS_OF_A_SCALE and _SCALE.fullmatch(text):
        return Reason.NAVIGATION
    return Reason.TAGS if text[0] in "#＃" and _HASHTAGS.fullmatch(text) else None


def _address(line: Line) -> Reason | None:
    """Mail, web and telephone addresses and the names of files."""
    if line.words > _MOST_WORDS_OF_AN_ADDRESS:
        return None
    found = any(pattern.fullmatch(line.folded) for pattern in (_MAIL, _ADDRESS, _TELEPHONE, _FILE, _ATTACHMENT))
    return Reason.CONTACT if found else None


def _is_trail(line: Line) -> bool:
    """Breadcrumbs and menus: three or more parts of few words each."""
    if not _BETWEEN_PARTS.search(line.folded):
        return False
    for separator in (_BREADCRUMB, _MENU):
        parts = [part for part in separator.split(line.folded) if part.strip()]
        if len(parts) >= 3 and all(
            len(part.split()) <= _MOST_WORDS_IN_A_CRUMB and not part[0].isdigit() for part in parts
        ):
            return True
    return False


def _credit(line: Line) -> Reason | None:
    if line.words <= _MOST_WORDS_OF_A_DESK and _DESK.fullmatch(line.folded):
        return Reason.BYLINE
    if (
        len(line.text) <= _LONGEST_CREDIT
        and _MAY_CREDIT.search(line.folded)
        and any(pattern.fullmatch(line.folded) for pattern in _CREDIT_AT_THE_END)
    ):
        return Reason.CREDIT
    return None
