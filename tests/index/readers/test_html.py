"""The article of a page is read, with its title, date and language; hostile pages are refused."""

from pathlib import Path

import pytest

from index.errors import LimitExceeded
from tests.index.readers.reading import only, refused

PAGE = """<!DOCTYPE html>
<html lang="ar"><head><meta charset="{charset}"><title>افتتاح الجسر الجديد | صحيفة النهر</title>
<meta property="og:title" content="افتتاح الجسر الجديد"><meta property="og:site_name" content="صحيفة النهر">
<meta property="article:published_time" content="2024-03-05T09:30:00+03:00">
<link rel="canonical" href="https://river.example/bridge"></head>
<body><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/sport">رياضة</a></li></ul></nav>
<article><h1>افتتاح الجسر الجديد</h1>
<p>افتتح محافظ المدينة صباح اليوم الجسر الجديد الذي يربط ضفتي النهر، بعد أربع سنوات من العمل المتواصل.</p>
<p>وقال المهندس المشرف إن الجسر يتسع لستة مسارات، وإن السير عليه سيكون مجاناً طوال الشهر الأول.</p></article>
<footer>جميع الحقوق محفوظة</footer><script>var x = "لا يظهر";</script></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("windows-1256", "cp1256"), ("iso-8859-6", "iso8859-6"), ("utf-8", "cp1256")],
)
def test_a_page_gives_its_article_and_what_is_known_of_it(tmp_path: Path, charset: str, encoding: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.format(charset=charset).encode(encoding))
    document = only(path)
    assert (document.id, document.title, document.language) == ("a.html", "افتتاح الجسر الجديد", "ar")
    assert (document.url, document.date, document.source) == (
        "https://river.example/bridge",
        "2024-03-05",
        "صحيفة النهر",
    )
    assert document.text.splitlines()[-2:] == [
        "افتتح محافظ المدينة صباح اليوم الجسر الجديد الذي يربط ضفتي النهر، بعد أربع سنوات من العمل المتواصل.",
        "وقال المهندس المشرف إن الجسر يتسع لستة مسارات، وإن السير عليه سيكون مجاناً طوال الشهر الأول.",
    ]
    assert "الرئيسية" not in document.text


def test_a_page_in_which_no_article_is_found_gives_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<title>Note</title><script>x()</script><p>Closed today.</p>", encoding="utf-8")
    document = only(path)
    assert (document.title, document.text) == ("Note", "Closed today.")


def test_a_language_that_the_text_belies_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace('lang="ar"', 'lang="en-US"').format(charset="utf-8"), encoding="utf-8")
    assert only(path).language == ""


@pytest.mark.parametrize("name", ["page", "page.php", "page.txt"])
def test_a_page_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PAGE.format(charset="utf-8"), encoding="utf-8")
    assert only(tmp_path).title == "افتتاح الجسر الجديد"


def test_a_page_nested_too_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<div>" * 100_000 + "text" + "</div>" * 100_000, encoding="utf-8")
    problem = refused(path)
    assert isinstance(problem, LimitExceeded)
    assert "nested more than 250 deep" in str(problem)


SENTENCE = "The mayor opened the new bridge on Monday in front of several hundred people who had waited in the rain."


def page(tmp_path: Path, body: str) -> list[str]:
    path = tmp_path / "a.html"
    path.write_text(f"<html><head><title>t</title></head><body>{body}</body></html>", encoding="utf-8")
    return only(path).text.split("\n")


def test_what_its_own_markup_calls_furniture_is_left_out(tmp_path: Path) -> None:
    body = f"""<div class="text"><p>{SENTENCE}</p><div class="related-links"><a href="/x">Other news</a></div>
    <p>Second: {SENTENCE}</p><p><em class="caption">The bridge</em></p><div id="social">Send it on</div></div>"""
    assert page(tmp_path, body) == [SENTENCE, f"Second: {SENTENCE}"]


def test_words_amid_a_sentence_are_no_furniture_whatever_they_are_called(tmp_path: Path) -> None:
    body = f'<div><p>The mayor <a class="tag">Ines Falk</a> spoke. {SENTENCE}</p><p>{SENTENCE} And so on.</p></div>'
    assert page(tmp_path, body)[0] == f"The mayor Ines Falk spoke. {SENTENCE}"


def test_an_element_that_holds_the_article_is_no_furniture_either(tmp_path: Path) -> None:
    assert SENTENCE in page(tmp_path, f'<div class="social related"><p>{SENTENCE}</p><p>{SENTENCE} Again.</p></div>')


def test_a_page_laid_out_by_tables_keeps_its_paragraphs(tmp_path: Path) -> None:
    body = (
        f"<table><tr><td>Menu</td><td><h2>Bridge opened</h2><p>{SENTENCE}</p><p>Then: {SENTENCE}</p></td></tr></table>"
    )
    assert [SENTENCE, f"Then: {SENTENCE}"] == page(tmp_path, body)[-2:]


def test_a_short_page_keeps_its_lines(tmp_path: Path) -> None:
    assert page(tmp_path, f"<article><h1>Bridge opened</h1><p>{SENTENCE}</p></article>") == ["Bridge opened", SENTENCE]


def test_a_line_with_the_day_is_kept_for_those_who_find_dates(tmp_path: Path) -> None:
    body = (
        f"<h1>Bridge opened</h1><div>Published: 6 March 2023</div><div><p>{SENTENCE}</p><p>Then: {SENTENCE}</p></div>"
    )
    assert "Published: 6 March 2023" in page(tmp_path, body)
