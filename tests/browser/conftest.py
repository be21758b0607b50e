"""A browser on a site with the sample news and a few documents that mean no good."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from index.build import build_index
from index.encoder import BUNDLED, load_encoder
from index.settings import IndexSettings
from tests.fakes import write_json_lines
from web import create_app
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "tests" / "output"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

EVIL = {
    "id": "evil/<script>alert(1)</script>",
    "title": "<script>alert('title')</script> wombat burrows",
    "text": 'Wombats dig burrows. <img src=x onerror="alert(1)"> <script>alert("text")</script> Wombats sleep by day.',
    "language": "en",
    "url": "javascript:alert('url')//https://example.org/",
    "date": "2022-05-06",
    "source": "<b onmouseover=alert(2)>Source</b>",
}
# A right-to-left override, an embedding and an isolate that are never closed.
OVERRIDING = {
    "id": "overriding",
    "title": "Wombat \u202egnirts\u202b desrever\u2067 burrow",
    "text": "Wombats \u202e dig their burrows by night.",
    "language": "en",
    "date": "2022-05-07",
    "source": "Reversed\u202e Gazette",
}
COPY = "Wombats of the southern hills have left their burrows after three nights of rain, the wardens said on Monday."
TWINS = [
    {"id": f"twin-{number}", "title": "Wombats leave their burrows", "text": COPY, "source": f"Paper {number}"}
    for number in (1, 2)
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, bundled: None) -> Iterator[str]:
    """Address of a server in a thread of its own."""
    folder = tmp_path_factory.mktemp("browser")
    samples = (ROOT / "samples" / "news.jsonl").read_text(encoding="utf-8").splitlines()
    records = [*map(json.loads, samples), EVIL, OVERRIDING, *TWINS]
    source = write_json_lines(folder / "news.jsonl", records)
    encoder = load_encoder(BUNDLED)
    build_index([source], folder / "index", IndexSettings(), encoder, encoder)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(WebSettings(str(folder / "index"))), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; `make install-dev` as root, or `apt-get install chromium`, brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


BLANK = "about:blank"
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Opens an address in a fresh browser: `visit("/?q=x", locale="ar", width=390)`; fails on any error in it."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def visit(
        address: str,
        *,
        width: int = 1280,
        height: int = 900,
        status: int = 200,
        refusals: bool = False,
        **options: object,
    ) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, **{"locale": "en-GB", **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(f"a dialog: {dialog.message}"))
        if not refusals:
            page.on("console", lambda line: trouble.append(line.text) if "Content Security" in line.text else None)
        response = page.goto(address)
        assert (response is None) if address == BLANK else (response is not None and response.status == status)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert trouble == []


def keep(page: Page, name: str) -> None:
    """Keep a picture of a page in tests/output."""
    OUTPUT.mkdir(exist_ok=True)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=OUTPUT / f"{name}.png")
