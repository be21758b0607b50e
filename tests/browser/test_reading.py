"""What a reader does: narrow, sort, page, go back, read; with or without a script, a mouse or a wide screen."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, keep
from tests.browser.test_languages import ids

QUERY = "/?q=minister+says+government"


def total(page: Page) -> int:
    """How many documents a page of results says were found."""
    found = re.search(r"of (\d+) document", page.locator(".summary").inner_text())
    assert found
    return int(found.group(1))


def test_filters_narrow_add_up_and_are_lifted(visit: Visit) -> None:
    page = visit(QUERY)
    everything = total(page)
    page.locator(".chips").get_by_text("Arabic").click()
    expect(page).to_have_url(re.compile(r"language=ar$"))
    assert set(page.locator(".hits .title").evaluate_all("all => all.map(e => e.lang)")) == {"ar"}
    page.locator(".chips").get_by_text("Urdu").click()
    expect(page).to_have_url(re.compile(r"language=ar&language=ur$"))
    count = int(page.locator(".filters section").first.locator(".count").first.inner_text())
    page.locator(".filters section").first.locator("a").first.click()
    expect(page).to_have_url(re.compile("source="))
    assert total(page) == count
    page.locator(".active a").click()
    expect(page.locator(".active")).to_have_count(0)
    page.get_by_role("link", name="All languages").click()
    assert total(page) == everything


def test_a_year_and_days_narrow(visit: Visit) -> None:
    page = visit(QUERY)
    page.locator(".years a", has_text="2024").click()
    expect(page).to_have_url(re.compile("date_from=2024-01-01&date_to=2024-12-31"))
    dates = page.locator(".hits time").evaluate_all("all => all.map(e => e.dateTime.slice(0, 4))")
    assert set(dates) == {"2024"}
    page.get_by_label("From").fill("2024-06-01")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("date_from=2024-06-01&date_to=2024-12-31"))
    dates = page.locator(".hits time").evaluate_all("all => all.map(e => e.dateTime)")
    assert dates
    assert min(dates) >= "2024-06-01"
    expect(page.locator(".active")).to_contain_text("1 June 2024 to 31 December 2024")


def test_newest_first(visit: Visit) -> None:
    page = visit(QUERY)
    page.get_by_role("link", name="Newest first").click()
    dates = page.locator(".hits time").evaluate_all("all => all.map(e => e.dateTime)")
    assert len(dates) > 2
    assert dates == sorted(dates, reverse=True)


def test_pages_and_the_way_back(visit: Visit) -> None:
    page = visit(f"{QUERY}&limit=3")
    first = ids(page)
    page.get_by_role("link", name="Page 2").click()
    second = ids(page)
    assert not set(first) & set(second)
    expect(page.locator(".pages [aria-current=page]")).to_have_text("2")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pages [aria-current=page]")).to_have_text("3")
    page.go_back()
    assert ids(page) == second
    page.go_back()
    assert ids(page) == first
    expect(page.get_by_role("combobox")).to_have_value("minister says government")


def test_without_javascript_everything_works(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False, locale="ur")
    page.get_by_role("searchbox").fill("سیلاب")
    page.get_by_role("button", name="تلاش").click()
    expect(page.locator(".hits > li").first).to_be_visible()
    page.locator(".chips a").nth(1).click()
    expect(page.locator(".hits .title").first).to_have_attribute("lang", "en")
    page.locator(".why summary").first.click()
    expect(page.locator(".why dl").first).to_be_visible()
    page.locator("button.theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".hits .title a").first.click()
    expect(page.locator(".document h1")).to_be_visible()
    keep(page, "document-without-javascript")


def test_a_telephone_shows_all_of_it(visit: Visit) -> None:
    """In one column, nothing wider than the screen, the filters one touch away and big enough to touch."""
    page = visit(f"{QUERY}&ui=ur", width=360, device_scale_factor=2, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator(".filters")).to_be_hidden()
    keep(page, "phone-results-ur")
    page.locator(".to-filters").tap()
    expect(page.locator(".filters")).to_be_visible()
    page.locator(".years a").first.tap()
    expect(page.locator(".active")).to_be_visible()
    small = page.locator(".chips a, .filters a, .box button").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).filter(r => r.height && r.height < 24).length"
    )
    assert small == 0
    page.locator(".hits .title a").first.tap()
    expect(page.locator(".document h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    keep(page, "phone-document-ur")


def test_a_keyboard_is_enough(visit: Visit) -> None:
    """`/` to the box, arrows between results, Enter opens, Escape leaves."""
    page = visit("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("refugees")
    page.keyboard.press("Enter")
    expect(page.locator(".hits > li").first).to_be_visible()
    titles = page.locator(".hits .title a")
    for number in range(2):
        page.keyboard.press("ArrowDown")
        expect(titles.nth(number)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(titles.first).to_be_focused()
    name = titles.first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".document h1")).to_have_text(name)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_suggestions_come_while_typing(visit: Visit) -> None:
    """In any script, for the keyboard and the pointer, announced as a list of options."""
    page = visit("/?ui=ar")
    box = page.get_by_role("combobox")
    box.press_sequentially("اللاجئ", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    keep(page, "suggestions-ar")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    chosen = options.first.inner_text()
    expect(box).to_have_value(chosen)
    page.keyboard.press("Escape")
    expect(box).to_have_value("اللاجئ")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("ي")
    expect(options.first).to_be_visible()
    chosen = options.first.inner_text()
    options.first.click()
    expect(page.locator(".hits > li").first).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_value(chosen)


def test_colours_follow_the_device_until_they_are_chosen(visit: Visit) -> None:
    page = visit(QUERY, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Switch to light colours").click()
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == light
    page.get_by_role("button", name="Switch to dark colours").click()
    assert page.evaluate(background) == dark


def test_why_a_result_is_there(visit: Visit) -> None:
    """The reader's words beside the document's, spelled as each spells them."""
    page = visit("/?q=Conference+on+refugees&language=ur")
    page.locator(".why summary").first.click()
    pairs = page.locator(".hits > li").first.locator(".crossed li").all_inner_texts()
    assert any(re.match(r"Conference\W.*کانفرنس", pair, re.S) for pair in pairs)
    expect(page.locator(".results > .crossed")).to_contain_text("Conference")


def test_the_document_shows_the_passage_that_was_found(visit: Visit) -> None:
    page = visit("/?q=Afghan+refugees&language=ur")
    page.locator(".hits .title a").first.click()
    expect(page.locator("#passage")).to_be_in_viewport()
    marks = page.locator(".document .text mark").all_inner_texts()
    assert any("افغان" in mark for mark in marks)
    page.locator(".back a").click()
    expect(page.get_by_role("combobox")).to_have_value("Afghan refugees")


def test_similar_documents(visit: Visit) -> None:
    page = visit("/?q=Afghan+refugees&language=ur")
    page.locator("a.similar").first.click()
    expect(page.locator("#similar")).to_be_in_viewport()
    links = page.locator("#similar h3 a").evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert {"/documents/e02-en", "/documents/e02-ar"} <= {link[:17] for link in links}


def test_nothing_found_says_why_and_how_to_go_on(visit: Visit) -> None:
    page = visit("/?q=Afghan+refugees&source=No+such+paper")
    expect(page.locator(".nothing")).to_contain_text("No such paper")
    page.get_by_role("link", name="Search without it").click()
    expect(page.locator(".hits > li").first).to_be_visible()


def test_a_slip_of_the_keyboard_is_asked_about(visit: Visit) -> None:
    page = visit("/?q=erthquake&ui=en")
    page.get_by_role("link", name="earthquake", exact=True).click()
    expect(page.get_by_role("combobox")).to_have_value("earthquake")


def test_on_paper_only_the_text_is_left(visit: Visit) -> None:
    page = visit("/documents/e02-ur-afghan-panahguzin-conference?q=Afghan")
    page.emulate_media(media="print")
    expect(page.locator(".document .text")).to_be_visible()
    for gone in (".search", ".preferences", ".bottom", "#similar", ".back"):
        expect(page.locator(gone)).to_be_hidden()
    keep(page, "print-ur")
