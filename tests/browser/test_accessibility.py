"""axe-core finds nothing to say against any page, in three languages, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import BLANK, Visit, keep

PAGES = {
    "home": "/",
    "results": "/?q=Afghan+refugees&limit=3",
    "narrowed": "/?q=Afghan+refugees&language=ar&date_from=2024-01-01",
    "nothing": "/?q=Afghan+refugees&source=nobody",
    "document": "/documents/e02-ur-afghan-panahguzin-conference?q=Afghan+refugees",
    "error": "/nowhere",
    "docs": "/docs",
    "status": "/status",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("interface", ["en", "ar", "ur"])
def test_no_page_has_a_violation(visit: Visit, interface: str, name: str) -> None:
    page = visit(BLANK, locale=interface)
    page.goto(PAGES[name])
    for summary in page.locator(".why summary").all()[:1]:
        summary.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    keep(page, f"{name}-{interface}-dark")


def test_the_list_of_suggestions_has_none_either(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("combobox").press_sequentially("refug")
    page.get_by_role("option").first.wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_filters_on_a_telephone_have_none_either(visit: Visit) -> None:
    page = visit("/?q=Afghan+refugees#filters", width=360)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
