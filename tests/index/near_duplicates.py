"""A development set of near-duplicates: the sample news, edited as papers edit what an agency sends them.

Each article has copies and updates, which tell the same story, and there are other stories: of the
same event by another paper, or with a passage of the article quoted in them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import regex

from index.languages import detect

SAMPLES = Path(__file__).parents[2] / "samples" / "news.jsonl"

# What comes in when a story moves on: general enough to fit under any of them.
NEWS = {
    "en": (
        "The two sides had still not answered questions late on Tuesday, and a second briefing was put off until the "
        "morning, a spokeswoman told reporters waiting outside the building.",
        "An earlier version of this report gave a lower figure. Officials have since corrected it and said the final "
        "count may change again once the remaining offices send in their lists.",
    ),
    "ar": (
        "ولم يصدر حتى ساعة متأخرة من مساء الثلاثاء أي رد من الطرفين، وأُرجئ المؤتمر الصحفي الثاني إلى صباح الغد، "
        "بحسب ما قالت متحدثة للصحفيين المنتظرين أمام المبنى.",
        "وكانت نسخة سابقة من هذا الخبر قد أوردت رقما أقل، ثم صححه المسؤولون وقالوا إن الحصيلة النهائية قد تتغير "
        "مجددا بعد وصول قوائم المكاتب الباقية.",
    ),
    "ur": (
        "منگل کی رات گئے تک دونوں جانب سے کوئی جواب نہیں آیا اور دوسری بریفنگ صبح تک ملتوی کر دی گئی، یہ بات "
        "ایک ترجمان نے عمارت کے باہر انتظار کرنے والے صحافیوں کو بتائی۔",
        "اس خبر کی پہلی اشاعت میں کم تعداد بتائی گئی تھی۔ حکام نے بعد میں اس کی تصحیح کی اور کہا کہ باقی "
        "دفتروں کی فہرستیں ملنے پر حتمی گنتی پھر بدل سکتی ہے۔",
    ),
}
DATELINE = {"en": "DUBAI (Agencies) — ", "ar": "دبي (وكالات) – ", "ur": "دبئی (ایجنسیاں) — "}
CREDIT = {"en": "With material from news agencies.", "ar": "المصدر: وكالات الأنباء.", "ur": "خبر ایجنسیوں کی مدد سے۔"}


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the samples: its event, language and paragraphs."""

    event: str
    language: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def articles() -> list[Article]:
    return [_article(json.loads(line)) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]


def _article(record: dict[str, str]) -> Article:
    paragraphs = tuple(filter(None, record["text"].split("\n")))
    return Article(record["_id"][:3], record.get("language") or detect(record["text"]), paragraphs)


def copied(article: Article) -> str:
    """Under a dateline, with a credit."""
    return "\n\n".join([DATELINE[article.language] + article.text, CREDIT[article.language]])


def shortened(article: Article) -> str:
    """Without the last third, to fit the page."""
    words = article.text.split(" ")
    return " ".join(words[: len(words) * 2 // 3])


def sub_edited(article: Article) -> str:
    """With every twentieth word struck out, and the numbers as digits of another kind."""
    words = article.text.split(" ")
    kept = [word for place, word in enumerate(words) if place % 20 != 7]
    return regex.sub("[0-9]", lambda found: "٠١٢٣٤٥٦٧٨٩"[int(found.group())], " ".join(kept))


def updated(article: Article) -> str:
    """With a new paragraph on top, and figures that have changed."""
    moved_on = regex.sub(r"\d+", lambda found: str(int(found.group()) + 3), article.text)
    return f"{NEWS[article.language][0]}\n\n{moved_on}"


def rewritten(article: Article) -> str:
    """With a new first and last paragraph in the place of the old ones."""
    first, last = NEWS[article.language]
    return "\n\n".join([first, *article.paragraphs[1:-1], last])


EDITS: tuple[Callable[[Article], str], ...] = (copied, shortened, sub_edited, updated, rewritten)


def same_stories() -> Iterator[tuple[str, str, str]]:
    """Two texts that tell one story, and how the second was made."""
    for article in articles():
        for edit in EDITS:
            yield article.text, edit(article), edit.__name__


def other_stories() -> Iterator[tuple[str, str, str]]:
    """Two texts that tell different stories, and what they have in common."""
    everything = articles()
    for place, article in enumerate(everything):
        others = [other for other in everything[place + 1 :] if other.language == article.language]
        for other in others:
            yield article.text, other.text, "event" if other.event == article.event else "language"
        for other in others[:1]:
            quoted = max(article.paragraphs, key=len)
            yield article.text, "\n\n".join([*other.paragraphs[:2], quoted, *other.paragraphs[2:]]), "quotation"
