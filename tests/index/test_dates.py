"""Dates in words and numbers, in three languages and two calendars."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import date_line, parse_date
from index.languages import LANGUAGES
from scripts.measure_cleaning import WrittenDate, read_dates

DATES = read_dates()
DAY = date(2023, 9, 26)
NOW = datetime(2023, 9, 26, 1, 30)


@pytest.mark.parametrize("row", DATES, ids=lambda row: row.written)
def test_a_date_is_read(row: WrittenDate) -> None:
    """As tests/pages/dates.tsv says."""
    assert parse_date(row.written) == row.day


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_long_enough(language: str) -> None:
    assert sum(row.language == language for row in DATES) >= 40


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3 hours ago", date(2023, 9, 25)),
        ("2 days ago", date(2023, 9, 24)),
        ("a week ago", date(2023, 9, 19)),
        ("yesterday", date(2023, 9, 25)),
        ("today", DAY),
        ("منذ ساعتين", date(2023, 9, 25)),
        ("منذ ساعة", DAY),
        ("قبل 3 أيام", date(2023, 9, 23)),
        ("منذ ثلاثة أيام", date(2023, 9, 23)),
        ("منذ أسبوعين", date(2023, 9, 12)),
        ("أمس", date(2023, 9, 25)),
        ("دو گھنٹے قبل", date(2023, 9, 25)),
        ("۳ دن پہلے", date(2023, 9, 23)),
        ("ایک ہفتہ قبل", date(2023, 9, 19)),
        ("گزشتہ روز", date(2023, 9, 25)),
        ("Published 26 September 2023, 3 hours ago", DAY),
    ],
)
def test_a_relative_date_needs_a_known_now(written: str, day: date) -> None:
    assert parse_date(written, NOW) == day
    if "2023" not in written:
        assert parse_date(written) is None


@pytest.mark.parametrize(
    "line",
    [
        "26 September 2023",
        "Tuesday, 26 September 2023 18:12",
        "Published: Tue 26 Sept 2023, 10:30 GMT",
        "Posted on 26th September 2023 by admin",
        "By Courier Reporter Published: 09:14, 26 September 2023 | Updated: 11:02, 27 September 2023",
        "SEPTEMBER 26, 2023 / 9:12 AM / UPDATED 5 YEARS AGO",
        "تاريخ النشر: 26th, September 2023 GMT",
        "آخر تحديث: 26/9/2023 06:31 م (بتوقيت مكة المكرمة)",
        "الثلاثاء 11 ربيع الأول 1445 هـ - 26 سبتمبر 2023م",
        "تم النشر: الثلاثاء 26/سبتمبر/2023 - 09:14 ص",
        "منگل 26 ستمبر 2023ء",
        "شائع ہوا 26 ستمبر 2023 06:31pm",
        "26 ستمبر 2023 ,09:14am",
    ],
)
def test_a_date_line_is_one(line: str) -> None:
    found = date_line(line)
    assert found is not None
    assert found.day == DAY


@pytest.mark.parametrize(
    "line",
    [
        "The strike began on 26 September 2023.",
        "The strike began on 26 September 2023",
        "Published figures for 26 September 2023 show that prices rose again in the north.",
        "Elections: 26 September 2023",
        "Feb 24: City (A)",
        "16:40",
        "2023",
        "September 2023",
        "وُقع الاتفاق في 26 سبتمبر 2023.",
        "بدأ الإضراب في 26 سبتمبر 2023",
        "ہڑتال 26 ستمبر 2023 کو شروع ہوئی۔",
        "معاہدہ 26 ستمبر 2023",
        "3 hours ago the ship left the harbour",
        "",
    ],
)
def test_a_date_in_other_words_is_none_of_the_article(line: str) -> None:
    assert date_line(line) is None


def test_a_line_says_whether_it_speaks_of_a_change() -> None:
    published, updated = date_line("Published 26 September 2023"), date_line("Updated: 26 September 2023")
    assert published is not None
    assert updated is not None
    assert (published.marked, published.update) == (True, False)
    assert (updated.marked, updated.update) == (True, True)


def test_a_relative_line_is_a_date_line_of_an_unknown_day() -> None:
    found = date_line("3 hours ago")
    assert found is not None
    assert found.day is None
    assert date_line("3 hours ago", NOW) != found


def test_a_dual_name_that_contradicts_itself_goes_by_the_first() -> None:
    assert parse_date("26 أيلول/أكتوبر 2023") == DAY


@given(st.text(max_size=300))
def test_no_text_crashes_it(written: str) -> None:
    day = parse_date(written, NOW)
    assert day is None or 1600 <= day.year <= 2100
    date_line(written)


@given(st.dates(date(1600, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert parse_date(f"{day:%d %B %Y}") == parse_date(f"{day:%B %d, %Y}") == parse_date(day.isoformat()) == day
