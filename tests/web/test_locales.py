"""The interface speaks the reader's language, and every address keeps what it was asked for."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Site
from tests.web.test_pages import page, titles


def language_of(client: FlaskClient, address: str, accepted: str) -> tuple[str, str]:
    response = client.get(address, headers={"Accept-Language": accepted})
    assert response.headers["Content-Language"] in ("en", "ar", "ur")
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in response.headers["Vary"].split(",")}
    html = response.get_data(as_text=True)
    language = response.headers["Content-Language"]
    return language, html[html.index("dir=") + 5 :].partition('"')[0]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", ("en", "ltr")),
        ("fr-FR,fr", ("en", "ltr")),
        ("ar", ("ar", "rtl")),
        ("fr,ur-PK;q=0.9,en;q=0.8", ("ur", "rtl")),
        ("en;q=0.3,ar-MA;q=0.7", ("ar", "rtl")),
        ("*", ("en", "ltr")),
        ("ar-<script>", ("ar", "rtl")),
    ],
)
def test_the_browser_says_which_language(client: FlaskClient, accepted: str, expected: tuple[str, str]) -> None:
    assert language_of(client, "/", accepted) == expected


def test_a_choice_outlives_the_browsers_wish_and_an_address_outweighs_both(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"ui": "ur", "next": "/?q=haftar"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?q=haftar")
    assert language_of(client, "/?q=haftar", "ar")[0] == "ur"
    assert language_of(client, "/?q=haftar&ui=ar", "en")[0] == "ar"
    assert language_of(client, "/?q=haftar&ui=fr", "en")[0] == "ur"


@pytest.mark.parametrize("given", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/\nx"])
def test_preferences_lead_nowhere_else(client: FlaskClient, given: str) -> None:
    answer = client.post("/preferences", data={"ui": "ar", "next": given})
    assert answer.headers["Location"] == "/"


def test_a_choice_that_is_none_is_not_kept(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"ui": "fr", "theme": "purple"})
    assert "Set-Cookie" not in answer.headers


def test_colours_are_remembered(client: FlaskClient) -> None:
    for chosen in ("dark", "light", "auto"):
        cookie = client.post("/preferences", data={"theme": chosen}).headers["Set-Cookie"]
        assert "SameSite=Lax" in cookie
        assert page(client, "/").all("html")[0]["data-theme"] == chosen


def test_counts_and_dates_in_the_digits_of_the_reader(client: FlaskClient) -> None:
    for accepted, date in (("ar-EG", "٢٦ سبتمبر ٢٠٢٣"), ("ar-MA", "26 شتنبر 2023"), ("ur", "26 ستمبر 2023")):
        html = client.get("/documents/moscow-en", headers={"Accept-Language": accepted}).get_data(as_text=True)
        assert date in html


def test_an_error_speaks_the_language_of_the_interface(client: FlaskClient) -> None:
    found = page(client, "/?q=%3F&ui=ar", 400)
    assert "اكتب حرفًا أو رقمًا واحدًا على الأقل" in found.all("main")[0].text
    found = page(client, "/?q=haftar&date_from=2024-01-02&date_to=2024-01-01&ui=ur", 400)
    assert "پہلی تاریخ آخری تاریخ کے بعد کی ہے" in found.all("main")[0].text
    found = page(client, "/documents/gone?ui=ur", 404)
    assert "یہ تحریر اب ذخیرے میں موجود نہیں" in found.all("main")[0].text


def test_the_search_description_is_in_the_language_and_of_this_host(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml?ui=ar", headers={"Host": "search.example"})
    assert answer.content_type == "application/opensearchdescription+xml"
    text = answer.get_data(as_text=True)
    assert "<ShortName>هدهد</ShortName>" in text
    assert 'template="http://search.example/?q={searchTerms}"' in text


def test_a_browsers_own_box_gets_completions(client: FlaskClient) -> None:
    answer = client.get("/opensearch/suggest?q=earth")
    assert answer.content_type == "application/x-suggestions+json"
    assert answer.get_json(force=True) == ["earth", ["earthquake"]]


def test_every_page_offers_to_search_from_the_browser(client: FlaskClient) -> None:
    [link] = [link for link in page(client, "/").all("link") if link["rel"] == "search"]
    assert client.get(link["href"]).status_code == 200


def test_what_is_typed_anew_keeps_the_filters_and_not_the_page(site: Site) -> None:
    found = page(site.client(page_size=2), "/?q=haftar&source=Courier&sort=date&offset=2&ui=ur")
    kept = [(e["name"], e["value"]) for e in found.all("input") if e["type"] == "hidden" and e["name"] != "next"]
    assert kept == [("source", "Courier"), ("sort", "date"), ("ui", "ur")]


def test_links_between_pages_work_whatever_the_state(client: FlaskClient) -> None:
    """Each link of a narrowed, sorted, paged answer leads to an answer."""
    found = page(client, "/?q=haftar+moscow&language=ar&language=ur&date_from=2023-01-01&sort=date&limit=1&offset=1")
    assert len(titles(found)) == 1
    links = {link["href"] for link in found.all("a") if link["href"].startswith("/?")}
    assert len(links) > 5
    for link in links:
        assert client.get(link).status_code == 200
