"""Cleaning drops what pages add, finds the title, and loses nothing of the article."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.articles import clean
from index.types import Document, RawDocument

ENGLISH_PAGE = """\
You need to enable JavaScript to run this app.

Port workers end strike after nine days
Published: 12 May 2023, 10:42 GMT
Share
Facebook
Copy link
Photo: Harbour Agency

Dockers in the northern port went back to work on Friday after nine days.

The union said the new contract raises pay by 6 percent.
Read also:
Storm closes the harbour
Fuel prices fall again
Share prices of the operator rose after the vote was counted.
Follow us on Twitter
Subscribe to our newsletter for daily updates
All rights reserved © 2023
"""

ARABIC_PAGE = """\
يرجى تفعيل جافا سكريبت لعرض الصفحة
عمال الميناء ينهون إضرابهم
تاريخ النشر: 12 مايو 2023
شارك
طباعة
عاد عمال الميناء الشمالي إلى العمل يوم الجمعة بعد تسعة أيام.
وقالت النقابة إن العقد الجديد يرفع الأجور.
اقرأ أيضا:
العاصفة تغلق الميناء
انخفاض أسعار الوقود
وارتفعت أسهم الشركة المشغلة بعد فرز الأصوات.
تابعونا على تويتر
جميع الحقوق محفوظة
"""

URDU_PAGE = """\
بندرگاہ کے مزدوروں کی ہڑتال ختم
تصویر: رائٹرز
شیئر کریں
آخری بار اپ ڈیٹ 12 مئی 2023
شمالی بندرگاہ کے مزدور نو دن بعد جمعے کو کام پر لوٹ آئے۔
یونین نے کہا کہ نئے معاہدے میں تنخواہ بڑھائی گئی ہے۔
یہ بھی پڑھیں:
طوفان سے بندرگاہ بند
ایندھن کی قیمت میں کمی
ووٹوں کی گنتی کے بعد کمپنی کے حصص مہنگے ہو گئے۔
جملہ حقوق محفوظ ہیں
"""


def cleaned(text: str, title: str = "") -> Document:
    return clean(RawDocument("d", text, title))


@pytest.mark.parametrize(
    ("page", "title", "language", "body"),
    [
        (
            ENGLISH_PAGE,
            "Port workers end strike after nine days",
            "en",
            [
                "Dockers in the northern port went back to work on Friday after nine days.",
                "The union said the new contract raises pay by 6 percent.",
                "Share prices of the operator rose after the vote was counted.",
            ],
        ),
        (
            ARABIC_PAGE,
            "عمال الميناء ينهون إضرابهم",
            "ar",
            [
                "عاد عمال الميناء الشمالي إلى العمل يوم الجمعة بعد تسعة أيام.",
                "وقالت النقابة إن العقد الجديد يرفع الأجور.",
                "وارتفعت أسهم الشركة المشغلة بعد فرز الأصوات.",
            ],
        ),
        (
            URDU_PAGE,
            "بندرگاہ کے مزدوروں کی ہڑتال ختم",
            "ur",
            [
                "شمالی بندرگاہ کے مزدور نو دن بعد جمعے کو کام پر لوٹ آئے۔",
                "یونین نے کہا کہ نئے معاہدے میں تنخواہ بڑھائی گئی ہے۔",
                "ووٹوں کی گنتی کے بعد کمپنی کے حصص مہنگے ہو گئے۔",
            ],
        ),
    ],
    ids=["en", "ar", "ur"],
)
def test_a_scraped_page_is_cleaned(page: str, title: str, language: str, body: list[str]) -> None:
    """Title, language and exactly the lines of the article are left."""
    document = cleaned(page)
    assert document.title == title
    assert document.language == language
    assert [line for line in document.text.splitlines() if line] == body


@pytest.mark.parametrize(
    "line",
    [
        "You need to enable JavaScript to run this app.",
        "Please enable JavaScript",
        "Share",
        "Comments (12)",
        "Advertisement",
        "Copy link",
        "Follow us on Facebook",
        "Subscribe to our newsletter",
        "Photo: AP",
        "Last updated on 3 May 2021",
        "All rights reserved.",
        "شارك",
        "إعلان",
        "تعليقات",
        "تابعونا على فيسبوك",
        "اشترك في نشرتنا البريدية",
        "تاريخ النشر: 3/5/2021",
        "جميع الحقوق محفوظة © 2021",
        "شیئر کریں",
        "اشتہار",
        "تصویر: اے ایف پی",
        "جملہ حقوق محفوظ ہیں",
        "Share this article on Facebook",
    ],
)
def test_litter_lines_are_dropped(line: str) -> None:
    assert cleaned(f"Before the line.\n{line}\nAfter the line.", "T").text == "Before the line.\nAfter the line."


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell by a tenth on Monday.",
        "Save the Children opened an office in Tripoli.",
        "Published figures show that inflation rose 3 percent in May.",
        "Updated forecasts from the bank put growth at 4 percent this year.",
        "Join us in prayer, the pope told 20,000 pilgrims.",
        "Like us, they are tired of the war, the mayor said.",
        "Read more books, the minister told pupils.",
        "Related charges against two officers were dropped.",
        "JavaScript turned thirty this week, and its inventor gave a speech.",
        "إعلان حالة الطوارئ في ليبيا",
        "مشاركة مصر في قمة المناخ",
        "المزيد من القتلى في غزة",
        "نشر في الصحيفة أمس تحقيق عن الفساد في الميناء.",
        "تصویر کا دوسرا رخ بھی دیکھنا ہوگا، وزیر نے کہا۔",
        "اعلان کے مطابق اسکول پیر سے کھلیں گے۔",
        "12",
        "!",
        "١٢ قتيلا",
    ],
)
def test_lines_of_the_article_are_kept(line: str) -> None:
    """Each begins like litter, or is short."""
    assert (
        cleaned(f"Before the line.\n{line}\nAfter the line.", "T").text == f"Before the line.\n{line}\nAfter the line."
    )


@pytest.mark.parametrize(
    "title", ["إعلان حالة الطوارئ في ليبيا", "مشاركة مصر في قمة المناخ", "المزيد من القتلى في غزة"]
)
def test_a_headline_that_begins_like_litter_is_the_title(title: str) -> None:
    assert cleaned(f"{title}\nوقال المتحدث إن القرار يسري من الغد.").title == title


def test_a_read_also_heading_with_its_headline_takes_one_line() -> None:
    text = "First paragraph ends here.\nRead also: Storm closes the harbour\nSecond paragraph, short"
    assert cleaned(text, "T").text == "First paragraph ends here.\nSecond paragraph, short"


def test_the_article_goes_on_after_a_read_also_block() -> None:
    """A sentence that ends as one, or a long line, is no headline."""
    long = "word " * 40 + "without an end"
    assert cleaned("Start.\nRelated stories\nA headline\nThe end of it.\nLast line", "T").text == (
        "Start.\nThe end of it.\nLast line"
    )
    assert cleaned(f"Start.\nRelated stories\nA headline\n{long}", "T").text == f"Start.\n{long}"


def test_the_title_given_wins_over_the_first_line() -> None:
    document = cleaned("First line\nSecond line.", "Given  title\n")
    assert (document.title, document.text) == ("Given title", "First line\nSecond line.")


@pytest.mark.parametrize("title", ["Strike ends", "انتهاء الإضراب", "ہڑتال ختم"])
def test_the_title_is_not_repeated_in_the_text(title: str) -> None:
    document = cleaned(f"{title}\nBody of it.\n{title}\nMore.", title)
    assert (document.title, document.text) == (title, "Body of it.\nMore.")


def test_a_repeated_title_is_found_whatever_its_spelling() -> None:
    assert cleaned("انتهاء الإِضراب\nنص.", "انتهاء الاضراب").text == "نص."


def test_a_text_that_is_only_its_title_stays_findable() -> None:
    """A short item whose text repeats its title is no litter."""
    assert cleaned("Earthquake in Morocco", "Earthquake in Morocco").text == "Earthquake in Morocco"


def test_one_line_is_text_and_no_title() -> None:
    document = cleaned("A single line.")
    assert (document.title, document.text) == ("", "A single line.")


def test_a_long_first_line_is_no_title() -> None:
    first = "word " * 60 + "end."
    assert cleaned(f"{first}\nSecond line.").title == ""
    assert cleaned(f"{first}\nSecond line.").text == f"{first}\nSecond line."


def test_a_markdown_heading_is_a_title() -> None:
    assert cleaned("## Strike ends\n\nBody.").title == "Strike ends"


def test_paragraphs_stay_apart() -> None:
    assert cleaned("One.\n\n\n\nTwo.\r\nThree.\rFour.\u2028Five.", "T").text == "One.\n\nTwo.\nThree.\nFour.\nFive."


def test_control_characters_become_spaces() -> None:
    assert cleaned("a\x00b\x07c\td.", "T").text == "a b c\td."


def test_nothing_but_litter_leaves_nothing() -> None:
    assert cleaned("Share\nAdvertisement\n\n", "").text == ""


def test_the_language_given_is_believed() -> None:
    assert clean(RawDocument("d", "English words in it.", language="ar-EG")).language == "ar-EG"


def test_all_other_fields_are_handed_on() -> None:
    raw = RawDocument("d", "Text of it.", "Title", "en", "https://example.org", "2023-09-26", "Courier", "file, line 1")
    assert clean(raw) == Document(
        "d", "Text of it.", "Title", "en", "https://example.org", datetime.date(2023, 9, 26), "Courier"
    )


PROSE = st.lists(
    st.sampled_from(
        [
            "The council met on Tuesday and put off its vote.",
            "وقال المتحدث إن القرار يسري من الغد.",
            "اجلاس میں بجٹ پر بحث ہوئی۔",
            "Nobody was hurt, police said.",
            "",
        ]
    ),
    min_size=1,
    max_size=12,
)


@given(PROSE)
def test_prose_passes_unchanged(paragraphs: list[str]) -> None:
    """Every paragraph is there afterwards, in order, and nothing else."""
    document = cleaned("\n".join(paragraphs), "Title")
    assert [line for line in document.text.split("\n") if line] == [line for line in paragraphs if line]


@given(st.text())
def test_no_text_crashes_the_cleaning(text: str) -> None:
    document = cleaned(text)
    assert document.text == document.text.strip("\n")
