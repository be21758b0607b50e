"""What a document brings is text: it runs nothing, links nowhere it should not, and keeps within its own line."""

from playwright.sync_api import expect

from tests.browser.conftest import EVIL, OVERRIDING, Visit, keep


def test_a_script_in_title_text_and_address_is_shown_as_text(visit: Visit) -> None:
    """A dialog or a refused script would fail the visit."""
    page = visit("/?q=wombat+burrows")
    titles = page.locator(".hits .title")
    expect(titles.filter(has_text="alert").first).to_have_text(EVIL["title"])
    titles.filter(has_text="alert").first.locator("a").click()
    expect(page.locator(".document h1")).to_have_text(EVIL["title"])
    expect(page.locator(".document .text")).to_contain_text('<script>alert("text")</script>')
    expect(page.locator(".document .facts")).to_contain_text("<b onmouseover=alert(2)>Source</b>")
    assert page.locator(".document :is(script, img, b)").count() == 0
    assert page.locator("a[href^='javascript' i]").count() == 0
    keep(page, "document-with-script")


def test_a_query_is_shown_as_text(visit: Visit) -> None:
    page = visit("/?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+wombat&source=%3Cscript%3Ealert(3)%3C/script%3E&ui=ar")
    expect(page.locator(".nothing")).to_contain_text("<script>alert(3)</script>")
    assert page.locator("main :is(script, img)").count() == 0


def test_the_policy_refuses_a_script_of_the_page_and_of_others(visit: Visit) -> None:
    page = visit("/", refusals=True)
    refused = page.evaluate(
        """async () => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", event => refused.push(event.effectiveDirective));
            const inline = document.createElement("script");
            inline.textContent = "window.ran = true";
            document.body.append(inline);
            const style = document.createElement("style");
            style.textContent = "body { color: red }";
            document.body.append(style);
            await fetch("https://example.org/").catch(() => {});
            await new Promise(done => setTimeout(done, 50));
            return [window.ran === undefined, ...refused];
        }"""
    )
    assert refused[0] is True
    assert {"script-src-elem", "style-src-elem", "connect-src"} <= set(refused[1:])


def test_direction_marks_in_a_title_disturb_no_neighbour(visit: Visit) -> None:
    """Date and language stand after the source, the ellipsis and the next title where they belong."""
    page = visit("/?q=wombat+burrows")
    hit = page.locator(".hits > li").filter(has=page.locator(f"a[href*='{OVERRIDING['id']}']"))
    boxes = [item.bounding_box() for item in hit.locator(".facts > span").all()]
    assert len(boxes) == 3
    places = [box["x"] for box in boxes if box]
    assert places == sorted(places)
    expect(hit.locator(".facts time")).to_have_text("7 May 2022")
    title = hit.locator(".title")
    assert title.evaluate("e => getComputedStyle(e).direction") == "ltr"
    keep(page, "results-with-overrides")
