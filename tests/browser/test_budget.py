"""A page weighs little, asks nobody else for anything, and nothing in it jumps."""

import pytest

from tests.browser.conftest import BLANK, Visit

BUDGET = 60_000  # bytes of a page with its style sheet, script and picture, as sent; fonts apart
ADDRESSES = ["/", "/?q=Afghan+refugees+conference", "/documents/e02-ur-afghan-panahguzin-conference?q=Afghan"]

SLOW = {"offline": False, "latency": 60, "downloadThroughput": 100_000, "uploadThroughput": 100_000}
SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts += entry.value))
        .observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("interface", ["en", "ar", "ur"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_budget(visit: Visit, site: str, address: str, interface: str) -> None:
    page = visit(BLANK, locale=interface)
    weights: dict[str, int] = {}
    page.on("requestfinished", lambda request: weights.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert [url for url in weights if not url.startswith(f"{site}/")] == []
    assert 0 < sum(weight for url, weight in weights.items() if not url.endswith(".woff2")) < BUDGET
    # With the fonts there, nothing moves.
    page.evaluate("document.fonts.ready")
    page.add_init_script(SHIFTS)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("window.shifts") == 0


@pytest.mark.parametrize("interface", ["en", "ur"])
def test_fonts_that_come_late_move_little(visit: Visit, interface: str) -> None:
    """Below 0.1, what Core Web Vitals call good, when the fonts arrive seconds after the text is drawn."""
    page = visit(BLANK, locale=interface)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(SHIFTS)
    page.goto("/?q=Afghan+refugees+conference")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("window.shifts") < 0.1
