"""A query in each language finds news in all three, in an interface of each language, laid out in its direction."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, keep

QUERIES = {"en": "Afghan refugees conference", "ar": "مؤتمر اللاجئين الأفغان", "ur": "افغان پناہ گزین کانفرنس"}
DIRECTIONS = {"en": "ltr", "ar": "rtl", "ur": "rtl"}
BUTTONS = {"en": "Search", "ar": "بحث", "ur": "تلاش"}
EVENT = "e02-"  # all articles on that conference


def ids(page: Page) -> list[str]:
    """The documents on a page of results, by their links."""
    links = page.locator(".hits .title a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    return [link.removeprefix("/documents/") for link in links]


@pytest.mark.parametrize("interface", DIRECTIONS)
@pytest.mark.parametrize("asked", QUERIES)
def test_a_query_in_each_language_in_each_interface(visit: Visit, interface: str, asked: str) -> None:
    page = visit("/", locale=interface)
    expect(page.locator("html")).to_have_attribute("lang", interface)
    expect(page.locator("html")).to_have_attribute("dir", DIRECTIONS[interface])
    page.get_by_role("combobox").fill(QUERIES[asked])
    page.get_by_role("button", name=BUTTONS[interface], exact=True).click()
    expect(page.locator(".hits > li").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", interface)
    found = [name for name in ids(page) if name.startswith(EVENT)]
    assert {name.split("-")[1] for name in found} == {"en", "ar", "ur"}
    assert ids(page)[0].startswith(EVENT)
    for title in page.locator(".hits .title").all():
        assert title.get_attribute("dir") == DIRECTIONS[title.get_attribute("lang") or ""]
    keep(page, f"results-{interface}-asked-in-{asked}")


@pytest.mark.parametrize(("interface", "side"), [("en", "left"), ("ar", "right"), ("ur", "right")])
def test_the_page_is_mirrored_for_those_who_read_from_the_right(visit: Visit, interface: str, side: str) -> None:
    """The name and the filters stand where a line begins; nothing reaches beyond the window."""
    page = visit(f"/?q=refugees&ui={interface}")
    filters, results = (page.locator(part).bounding_box() for part in (".filters", ".results"))
    assert filters
    assert results
    assert (filters["x"] < results["x"]) == (side == "left")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    turned = (
        "[...document.querySelectorAll('main *')].filter(e => e.innerText && getComputedStyle(e).transform !== 'none')"
    )
    assert page.evaluate(f"{turned}.length") == 0


def test_each_text_is_aligned_and_set_by_its_own_language(visit: Visit) -> None:
    """Arabic in Naskh and Urdu in Nastaliq, each from the right, also between lines of English."""
    page = visit("/?q=Afghan+refugees")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
    assert {"Naskh", "Nastaliq"} <= {family.strip('"') for family in loaded}
    for language, first in (("en", "system-ui"), ("ar", "Naskh"), ("ur", "Nastaliq")):
        snippet = page.locator(f".snippet[lang={language}]").first
        style = snippet.evaluate("e => [getComputedStyle(e).fontFamily, getComputedStyle(e).direction]")
        assert style[0].startswith(first)
        assert style[1] == DIRECTIONS[language]


def test_a_page_without_arabic_or_urdu_loads_no_font(visit: Visit) -> None:
    page = visit("/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("performance.getEntriesByType('resource').filter(e => e.name.endsWith('woff2')).length") == 0


def test_the_switch_is_remembered_and_an_address_wins(visit: Visit) -> None:
    page = visit("/?q=refugees&language=ur")
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert page.url.endswith("/?q=refugees&language=ur")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    page.goto("/?q=refugees&ui=ur")
    expect(page.locator("html")).to_have_attribute("lang", "ur")
    links = page.locator("main a[href^='/']").evaluate_all("links => links.map(link => link.href)")
    assert links
    assert all("ui=ur" in link for link in links)
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "ui"]
    assert (cookie["value"], cookie["sameSite"]) == ("ar", "Lax")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("ar-EG", "٨ أكتوبر ٢٠٢٤"), ("ar-MA", "8 أكتوبر 2024"), ("ur-PK", "8 اکتوبر 2024"), ("en-GB", "8 October 2024")],
)
def test_dates_are_written_as_the_reader_writes_them(visit: Visit, locale: str, expected: str) -> None:
    page = visit("/documents/e02-ar-mutamar-allajiin-alafghan", locale=locale)
    expect(page.locator(".document time")).to_have_text(expected)
