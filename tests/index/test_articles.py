"""What a page as a whole gives: title, date, source, its margins, and a second article."""

import datetime
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.articles import Article, articles
from index.cleaning.lines import LONGEST_LITTER
from index.cleaning.reasons import Reason
from index.types import RawDocument

OPENING = "The ferry that runs between the two banks will stop for a month while its engine is mended."
CLOSING = "Passengers can take the bus over the new bridge, which leaves every twenty minutes until night."
TITLE = "Ferry stops for a month"


def cleaned(text: str, title: str = "", **fields: str) -> Article:
    (article,) = articles(RawDocument("page", text, title, **fields))
    return article


def lines(article: Article) -> list[str]:
    return [line for line in article.document.text.split("\n") if line]


@pytest.mark.parametrize(
    "again",
    [
        "Ferry stops for a month",
        "FERRY STOPS FOR A MONTH",
        "Ferry stops for a month | The Bank Courier",
        "Ferry stops for a month - Courier اردو",
        "The Bank Courier – Ferry stops for a month",
        "Ferry stops for a mon...",
        "Ferry stops for…",
    ],
)
def test_a_title_is_not_repeated_in_any_form(again: str) -> None:
    for text in (f"{again}\n{TITLE}\n{OPENING}\n{CLOSING}", f"{TITLE}\n{again}\n{OPENING}\n{CLOSING}\n{again}"):
        article = cleaned(text, TITLE)
        assert (article.document.title, lines(article)) == (TITLE, [OPENING, CLOSING])
        assert {line.reason for line in article.dropped} == {Reason.REPEATED_TITLE}


@pytest.mark.parametrize("line", ["Ferry stops for a month, again", "The ferry stops", "Ferry..."])
def test_a_line_like_the_title_is_text(line: str) -> None:
    assert lines(cleaned(f"{OPENING}\n{line}\n{CLOSING}", TITLE)) == [OPENING, line, CLOSING]


@pytest.mark.parametrize(
    ("given", "text", "source", "title"),
    [
        (f"{TITLE} | The Bank Courier", OPENING, "", TITLE),
        (f"{TITLE} - The Bank Courier", f"{TITLE}\n{OPENING}", "", TITLE),
        (f"{TITLE} - The Bank Courier", OPENING, "The Bank Courier", TITLE),
        (f"{TITLE} - a warning", OPENING, "The Bank Courier", f"{TITLE} - a warning"),
        ("Rome - Paris", OPENING, "", "Rome - Paris"),
    ],
)
def test_the_name_of_a_site_is_no_part_of_a_title(given: str, text: str, source: str, title: str) -> None:
    assert cleaned(text, given, source=source).document.title == title


def test_the_title_is_the_line_that_the_text_takes_up() -> None:
    """Not the headline of the ticker above it, nor the name of the paper."""
    article = cleaned(f"Breaking news\nTwo lorries collide near the mill\nCourier\n{TITLE}\n{OPENING}\n{CLOSING}")
    assert article.document.title == TITLE
    assert lines(article) == [OPENING, CLOSING]


def test_a_standfirst_is_kept_and_a_name_below_it_dropped() -> None:
    standfirst = "The crossing has not been closed for so long since the war"
    article = cleaned(f"{TITLE}\n{standfirst}\nRita Okafor\n3 May 2021\n{OPENING}\n{CLOSING}")
    assert lines(article) == [standfirst, OPENING, CLOSING]
    assert [line.reason for line in article.dropped] == [Reason.BYLINE, Reason.DATE]


def test_without_any_litter_short_lines_are_left() -> None:
    assert lines(cleaned(f"Rita Okafor\n{OPENING}\nAnd so\n{CLOSING}\nThe end", TITLE)) == [
        "Rita Okafor",
        OPENING,
        "And so",
        CLOSING,
        "The end",
    ]


def test_a_list_below_the_text_is_kept_until_litter_begins() -> None:
    article = cleaned(f"{OPENING}\n{CLOSING}\nBus: 45 minutes\nShare\nMore by Rita Okafor\nStorm at sea", TITLE)
    assert lines(article) == [OPENING, CLOSING, "Bus: 45 minutes"]


def test_sentences_below_the_comments_are_no_text_when_they_are_few() -> None:
    story = "\n".join([OPENING, CLOSING] * 4)
    article = cleaned(f"{story}\nLeave a reply\nI took that ferry every day of my life.", TITLE)
    assert lines(article) == story.split("\n")


def test_many_sentences_below_a_form_are_text() -> None:
    assert lines(cleaned(f"{OPENING}\nComments\n{CLOSING}\n{OPENING}", TITLE)) == [OPENING, CLOSING, OPENING]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"3 May 2021\n{OPENING}", datetime.date(2021, 5, 3)),
        (f"Updated: 9 May 2021\nPublished: 3 May 2021\n{OPENING}", datetime.date(2021, 5, 3)),
        (f"9 May 2021\nPublished: 3 May 2021\n{OPENING}", datetime.date(2021, 5, 3)),
        (f"Updated: 9 May 2021\n{OPENING}", datetime.date(2021, 5, 9)),
        (f"{OPENING}\n{CLOSING}\nPublished: 3 May 2021", datetime.date(2021, 5, 3)),
        (f"3 hours ago\n{OPENING}", None),
        (f"{OPENING}\nThe engine was made on 3 May 2021.", None),
    ],
)
def test_the_date_of_an_article(text: str, day: datetime.date | None) -> None:
    assert cleaned(text, TITLE).document.date == day


def test_the_date_given_wins() -> None:
    assert cleaned(f"3 May 2021\n{OPENING}", TITLE, date="26 أيلول 2023").document.date == datetime.date(2023, 9, 26)


def test_dates_that_head_the_parts_of_a_chronicle_are_text() -> None:
    text = f"{OPENING}\n3 May 2021\n{CLOSING}\n9 May 2021\n{OPENING}"
    article = cleaned(text, TITLE)
    assert (article.document.text, article.document.date) == (text, None)


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"source": "The Courier", "url": "https://www.courier.example/a"}, "The Courier"),
        ({"url": "https://www.courier.example/a"}, "courier.example"),
        ({"url": "http://m.courier.example:8080/a", "origin": "news/page"}, "courier.example"),
        ({"url": "http://[broken"}, ""),
        ({}, ""),
    ],
)
def test_the_source_is_said_or_the_host(fields: dict[str, str], source: str) -> None:
    assert cleaned(OPENING, TITLE, **fields).document.source == source


@pytest.mark.parametrize(
    ("identity", "origin", "source"),
    [
        ("courier/2023/a.txt", "/data/news/courier/2023/a.txt", "courier"),
        ("a.txt", "/data/news/a.txt", ""),
        ("courier/7", "/data/news/all.jsonl, line 7", ""),
        ("/data/a.txt", "/data/a.txt", ""),
    ],
)
def test_without_an_address_the_source_is_the_folder_of_a_file(identity: str, origin: str, source: str) -> None:
    """An id with a slash that a record brought along is no path."""
    assert articles(RawDocument(identity, OPENING, TITLE, origin=origin))[0].document.source == source


HEADLINE = "Bridge over the gorge to be built in spring"
BRIDGE = """The bridge over the gorge will be built in spring, the council said, after years of talk about its cost.
It will be forty metres higher than the old one, and wide enough for two carts and a bicycle side by side.
Half of the money comes from the province."""


def test_a_whole_article_below_read_also_is_a_document_of_its_own() -> None:
    first, second = articles(
        RawDocument(
            "page",
            f"{TITLE}\n3 May 2021\n{OPENING}\n{CLOSING}\nRead also:\n{HEADLINE}\n{BRIDGE}",
            url="http://a.example/",
        )
    )
    assert (first.document.id, first.document.title, first.document.text) == ("page", TITLE, f"{OPENING}\n{CLOSING}")
    assert (second.document.id, second.document.title, second.document.text) == ("page#2", HEADLINE, BRIDGE)
    assert (first.document.date, second.document.date) == (datetime.date(2021, 5, 3), None)
    assert second.document.url == "http://a.example/"


def test_the_lines_of_both_articles_keep_their_numbers() -> None:
    first, second = articles(
        RawDocument("page", f"{TITLE}\n{OPENING}\nRead also\n{HEADLINE}\n{BRIDGE}\nShare\n{CLOSING}")
    )
    assert [(line.number, line.reason) for line in first.dropped] == [(3, Reason.READ_ALSO)]
    assert [(line.number, line.reason) for line in second.dropped] == [(8, Reason.SHARE)]
    assert (first.numbers, second.numbers) == ((2,), (5, 6, 7, 9))


def test_an_article_that_goes_on_below_a_link_is_one() -> None:
    article = cleaned(f"{OPENING}\nRead also\n{HEADLINE}\n{CLOSING}\n{OPENING}\n{CLOSING}", TITLE)
    assert lines(article) == [OPENING, CLOSING, OPENING, CLOSING]


def test_a_list_of_headlines_at_the_end_is_cut() -> None:
    article = cleaned(f"{OPENING}\n{CLOSING}\nRead also:\n{HEADLINE}\nWho owns the river?\nStorm at sea", TITLE)
    assert lines(article) == [OPENING, CLOSING]
    assert {line.reason for line in article.dropped[1:]} == {Reason.HEADLINE}


def test_the_next_question_of_an_interview_is_no_headline() -> None:
    talk = [
        OPENING,
        "Who built it?",
        "My father.",
        "And who paid?",
        "He did.",
        "Read also",
        HEADLINE,
        "Do you swim?",
        CLOSING,
    ]
    assert lines(cleaned("\n".join(talk), TITLE)) == [*talk[:5], *talk[7:]]


def test_a_line_that_a_page_says_three_times_is_litter_there() -> None:
    assert lines(
        cleaned("\n".join([OPENING, "Share", "Ferry desk", CLOSING, "Ferry desk", OPENING, "Ferry desk"]), TITLE)
    ) == [
        OPENING,
        CLOSING,
        OPENING,
    ]


def test_one_line_that_looks_like_litter_is_all_a_record_says() -> None:
    assert cleaned("Albany, Texas (AP)").document.text == "Albany, Texas (AP)"
    assert cleaned("You need to enable JavaScript to run this app.").document.text == ""


@given(
    text=st.text(min_size=LONGEST_LITTER + 1).map(lambda text: " ".join(text.split())),
    title=st.text() | st.just("Storm closes harbour | The Courier"),
    source=st.sampled_from(["", "The Courier"]),
)
def test_a_record_of_one_paragraph_is_cleaned_as_one_among_blank_lines(text: str, title: str, source: str) -> None:
    """The short way and the long one lead to the same article."""
    raw = RawDocument("a", text, title, source=source, date="2024-05-01")
    (short,), (long,) = articles(raw), articles(replace(raw, text=f"\n{text}\n"))
    assert (short.document, short.dropped) == (long.document, long.dropped)


def test_every_line_is_text_or_title_or_dropped() -> None:
    """Nothing is lost without being named."""
    head = f"Menu\nHome | World | Sport\n{TITLE}\nRita Okafor\n3 May 2021"
    text = f"{head}\n{OPENING}\nShare\n\n{CLOSING}\nTags: ferry\nStorm at sea"
    article = cleaned(text)
    told = [article.document.title, *lines(article), *(line.text for line in article.dropped)]
    assert sorted(told) == sorted(line for line in text.split("\n") if line)


@pytest.mark.parametrize(
    "text",
    [
        "a b\n" * 30_000,
        f"Share\nword here\n{OPENING}\n" * 10_000,
        f"{OPENING}\n" + "Read also\nheadline here\n" * 10_000,
        f"{OPENING}\nComments\n" * 10_000,
        f"Menu\n{'a b - c d' * 9}\n" * 10_000 + OPENING,
    ],
    ids=["short lines", "menus", "links", "comments", "sites"],
)
def test_a_monstrous_page_takes_no_more_than_its_lines(text: str) -> None:
    """Work that grew with the square of the lines would take minutes."""
    start = time.process_time()
    articles(RawDocument("page", text))
    assert time.process_time() - start < 10
