"""Which lines are litter by their words or their shape, and which only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.articles import articles
from index.cleaning.lines import line
from index.cleaning.phrases import BODY, HEAD, MARGIN, known
from index.cleaning.reasons import Reason
from index.cleaning.shapes import shaped
from index.types import RawDocument

BEFORE = "The council met on Tuesday evening and put off its vote on the bridge until spring."
AFTER = "Its members will meet again when the engineers have finished their report on the piers."


def kept(text: str) -> bool:
    """Whether a line between two paragraphs is left in the text."""
    (article,) = articles(RawDocument("d", f"{BEFORE}\n{text}\n{AFTER}", "A title of its own"))
    lines = article.document.text.split("\n")
    assert lines[0] == BEFORE
    assert lines[-1] == AFTER
    return lines == [BEFORE, text, AFTER]


LITTER = {
    Reason.SCRIPT: """Sorry, you need to enable JavaScript to view this page. · Please turn on JavaScript
        · يرجى تفعيل جافا سكريبت في متصفحك · اس ویب سائٹ کے لیے جاوا اسکرپٹ فعال کریں""",
    Reason.SHARE: """Share · Share this article · Share on WhatsApp · 24 shares · Copy link · Click to share on X
        · شارك الخبر · شارك عبر واتساب · نسخ الرابط · مشاركة على فيسبوك · شیئر کریں · لنک کاپی کریں
        · فیس بک پر شیئر کریں""",
    Reason.FOLLOW: """Follow us on Instagram and X · Follow us: Facebook, Twitter · تابعونا على تلغرام
        · تابعنا عبر قناتنا
        · ہمیں ٹوئٹر پر فالو کریں · ہمارا واٹس ایپ چینل جوائن کریں""",
    Reason.SUBSCRIPTION: """Subscribe to our weekly newsletter · Sign up for breaking news alerts · Subscribe
        · اشترك في نشرتنا البريدية · النشرة البريدية · نیوز لیٹر · ہمارا نیوز لیٹر سبسکرائب کریں""",
    Reason.COPYRIGHT: """© 2024 Harbour Media Ltd. All rights reserved. · All rights reserved · Privacy Policy
        · جميع الحقوق محفوظة © 2024 · جملہ حقوق محفوظ ہیں · سياسة الخصوصية""",
    Reason.COOKIES: """We use cookies to give you the best experience on our site. · Accept all cookies
        · نستخدم ملفات تعريف الارتباط لتحسين تجربتك · ہم کوکیز استعمال کرتے ہیں""",
    Reason.CREDIT: """Photo: Reuters · Image source, Getty Images · A boat leaves the quay at dawn (AFP)
        · FILE - A boat leaves the quay at dawn, March 3, 2021. · A boat leaves the quay [Lena Brandt/Al Marsa]
        · قارب يغادر الرصيف فجراً (رويترز) · مصدر الصورة، غيتي · صورة أرشيفية · تصویر: اے ایف پی · فائل فوٹو""",
    Reason.READ_ALSO: """Read more · Read also: Fuel prices fall again · More on this story
        · Related stories · Most read
        · اقرأ أيضاً · إقرأ أيضاً: انخفاض أسعار الوقود · اقرأ المزيد · مواضيع ذات صلة · الأكثر قراءة
        · یہ بھی پڑھیں · مزید پڑھیں: ایندھن سستا · متعلقہ خبریں · اسی بارے میں""",
    Reason.NAVIGATION: """Home > World > Africa · Menu · Skip to content · user · Back to top
        · News | Sport | Weather | Travel
        · الرئيسية · تخطى إلى المحتوى · ملخص · القائمة · صفحۂ اول · مواد پر جائیں""",
    Reason.TAGS: """Tags: bridges, council · #bridges #council · كلمات دلالية: جسور مجالس · #جسور
        · ٹیگز: پل، کونسل""",
    Reason.COMMENTS: """Comments (12) · Leave a Reply · Be the first to comment · أضف تعليقك · 3 تعليقات · تبصرے""",
    Reason.ADVERTISEMENT: "Advertisement · Sponsored content · Story continues below advertisement · إعلان · اشتہار",
    Reason.SOURCE: "Source: Harbour Agency · المصدر: وكالة المرفأ · المصدر | المرفأ + متابعات · بشکریہ: بندرگاہ نیوز",
    Reason.BYLINE: """Reuters · Dw · Web Desk · (AFP) · أ ف ب · بقلم: سعاد مرعي · ویب ڈیسک · ط ا / ع ب
        · ت.أ/ ع.ج (DWA)""",
    Reason.CONTACT: "desk@harbour.example · https://harbour.example/a/b · +968 2400 0000",
    Reason.COUNTER: "— · ***** · | · 0:00 0:03:12 0:00",
    Reason.PLAYER: "No media source currently available · Listen to this article · شاهد الفيديو · ویڈیو دیکھیں",
}
CASES = [(reason, text.strip()) for reason, texts in LITTER.items() for text in texts.split("·") if text.strip()]


@pytest.mark.parametrize(("reason", "text"), CASES)
def test_litter_is_dropped_with_its_reason(reason: Reason, text: str) -> None:
    raw = RawDocument("d", f"{BEFORE}\n{text}\n{AFTER}", "A title of its own")
    assert [(dropped.text, dropped.reason) for dropped in articles(raw)[0].dropped] == [(text, reason)]


TRICKY = """\
Save the Children opened an office.
Follow us, said the guide, and mind the third step.
"Follow us on this road," the guide said.
Share prices fell by a tenth on Monday.
Print is not dead, the editor told her readers.
Photo finishes decide one race in forty.
Sign up or go home, the sergeant told the boys.
Read more books, the minister told pupils.
Related charges against two officers were dropped.
Tags on the birds' legs give their age.
Comments by the minister angered the union.
Published figures show that inflation rose to 3 percent in May 2023.
Updated forecasts put growth at 4 percent.
Source of the Nile
Subscribe to no creed, he used to say, and to no newspaper.
Support us or stand aside, the rebels told the town.
Donate blood, not money, the hospital asked.
Advertisement hoardings along the road were torn down by the wind.
The copyright on the song ran out in 1999.
All rights were reserved for the men of the village.
We use cookies as currency, the prisoners told him.
Home is where the heart is, she sang.
Yes, he said.
12
16:40
What did you see?
£4m
- Flour: 500 g
1. e4 e5 2. Nf3 Nc6
Rovers 2-1 United
26 September 2023 was a Tuesday.
اشتركت مصر في المؤتمر
اشترك في المؤتمر خمسون وفداً من ثلاثين دولة.
المزيد من القتلى في غزة
"المزيد من الصبر هو ما نحتاج إليه"، قال الطبيب.
المزيد من الماء لن يصل قبل الصيف.
إعلان حالة الطوارئ في ليبيا
مشاركة مصر في قمة المناخ
شارك في المسيرة ألف شخص.
تابعونا حتى الباب، قالت المرشدة، ولا تلمسوا الجدران.
"تابعونا" قال المهندس، ثم نزل السلّم.
نشر في الصحيفة أمس تحقيق عن الفساد في الميناء.
صورة الأب على الجدار لم تتغير.
الصورة ليست واضحة بعد، قال المحافظ.
المصدر الوحيد للماء هو البئر القديمة.
كلمات قليلة دلت على كل شيء.
اقرأ أيضاً ما بين السطور، كان يقول لتلاميذه.
حقوق المرأة محفوظة في الدستور الجديد.
تعليقات الوزير أغضبت النقابة.
طباعة الكتب صارت أغلى من ورقها.
يوم الثلاثاء 26 سبتمبر كان ماطراً.
حفظ الله البلاد، قال الشيخ.
١٢ قتيلا
نعم، قال.
تصویر کا دوسرا رخ بھی دیکھنا ہوگا، وزیر نے کہا۔
اعلان کے مطابق اسکول پیر سے کھلیں گے۔
مزید پڑھنے والوں کے لیے لائبریری کھلی ہے۔
مزید بارشوں کی پیش گوئی ہے۔
شیئر بازار میں مندی رہی۔
تبصرے سے گریز کرتے ہوئے وزیر چلے گئے۔
ہمیں فالو کرنے والے بہت ہیں، اس نے ہنس کر کہا۔
اشتہار دیکھ کر وہ شہر آئے تھے۔
ذریعہ معاش کھیتی ہے۔
حقوق کی جنگ جاری ہے۔
پرنٹ میڈیا کا زمانہ گزر گیا، انہوں نے لکھا۔
جی ہاں، انہوں نے کہا۔
نہیں، وہ بولی۔
یہ بھی پڑھیں گے اور وہ بھی، بچوں نے وعدہ کیا۔
26 ستمبر 2023 کو بارش ہوئی۔
""".splitlines()


@pytest.mark.parametrize("text", TRICKY)
def test_text_that_begins_like_litter_is_kept(text: str) -> None:
    assert kept(text)


def test_some_words_are_litter_only_in_the_margins() -> None:
    """An interview may hold a line that says no more than "Yes"."""
    yes = line(1, "Yes")
    assert (known(yes, BODY), known(yes, MARGIN)) == (None, Reason.NAVIGATION)


def test_a_name_after_by_is_a_byline_only_in_the_head() -> None:
    by = line(1, "By Tom Achterberg")
    assert (known(by, BODY), known(by, MARGIN), known(by, HEAD)) == (None, None, Reason.BYLINE)


def test_a_long_sentence_is_text_whatever_it_begins_with() -> None:
    sentence = "Follow us on " + "and on " * 25 + "the road went."
    assert known(line(1, sentence), BODY) is None


SENTENCES = st.sampled_from(
    [
        (words, stop)
        for words, stop in (
            ("the council will meet again in spring to vote on the bridge over the river", "."),
            ("وقال المتحدث باسم البلدية إن القرار يسري من بداية الأسبوع المقبل", "."),
            ("ترجمان نے بتایا کہ فیصلے پر اگلے ہفتے سے عمل ہو گا اور پل پھر کھل جائے گا", "۔"),
        )
    ]
)
OPENINGS = st.sampled_from(
    [text.split(":")[0] for _, text in CASES if text[:1].isalpha() and len(text.split()) <= 2 and "@" not in text]
)


@given(OPENINGS, SENTENCES)
def test_no_sentence_is_lost_because_of_its_first_words(opening: str, sentence: tuple[str, str]) -> None:
    words, stop = sentence
    text = f"{opening}، {words}{stop}" if stop == "۔" else f"{opening} {words}{stop}"
    assert shaped(line(1, text)) is None
    assert known(line(1, text), BODY) in (None, *_whatever_follows(text))


def _whatever_follows(text: str) -> tuple[Reason, ...]:
    """What a few phrases are even where a sentence ends with them: there is no such text."""
    return (Reason.SUBSCRIPTION,) if text.lower().startswith(("subscribe", "نیوز لیٹر")) else ()
