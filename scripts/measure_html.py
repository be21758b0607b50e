"""`python -m scripts.measure_html`: web pages through the reader and cleaning, against trafilatura alone.

Beside each page of `tests/pages/html` lies what is to be kept of it: `NAME.kept` begins with `title: …`
and `date: …`, and after a blank line come the lines of the text.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.cleaning.articles import Article, articles
from index.languages import LANGUAGES
from index.readers import read_sources

PAGES = Path(__file__).parents[1] / "tests" / "pages" / "html"


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page, and what is to be kept of it."""

    path: Path
    title: str
    date: datetime.date | None
    lines: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language its name begins with."""
        return self.path.name[:2]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many lines were found, wanted, and both."""

    right: int
    found: int
    wanted: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 0.0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(self.right + other.right, self.found + other.found, self.wanted + other.wanted)


def read_web_pages(folder: Path = PAGES) -> list[WebPage]:
    """The pages of a folder, by name."""
    return [_page(path) for path in sorted(folder.glob("*.kept"))]


def _page(path: Path) -> WebPage:
    title, day, *lines = path.read_text(encoding="utf-8").splitlines()
    written = day.removeprefix("date:").strip()
    return WebPage(
        path.with_suffix(".html"),
        title.removeprefix("title:").strip(),
        datetime.date.fromisoformat(written) if written else None,
        tuple(line.strip() for line in lines if line.strip()),
    )


def ours(page: WebPage) -> Sequence[Article]:
    """The articles that the reader and cleaning find in a page."""
    problems: list[str] = []
    return [
        article
        for raw in read_sources([page.path], lambda problem: problems.append(str(problem)))
        for article in articles(raw)
    ]


def trafilatura_alone(page: WebPage) -> str:
    """The text that trafilatura finds, told that comments are none of it."""
    from trafilatura import extract

    return extract(page.path.read_bytes(), include_comments=False) or ""


def agreement(page: WebPage, texts: Iterable[str]) -> Agreement:
    """Line by line."""
    found = Counter(line.strip() for text in texts for line in text.split("\n") if line.strip())
    return Agreement((found & Counter(page.lines)).total(), found.total(), len(page.lines))


def table(pages: Sequence[WebPage]) -> str:
    """F1 of lines by language, and how many titles and dates are right."""
    rows = ["      pages  hudhud F1  titles  dates  trafilatura alone F1"]
    for language in LANGUAGES:
        own = [page for page in pages if page.language == language]
        found = [(page, ours(page)) for page in own]
        nothing = Agreement(0, 0, 0)
        we = sum((agreement(page, (one.document.text for one in got)) for page, got in found), nothing)
        they = sum((agreement(page, [trafilatura_alone(page)]) for page in own), nothing)
        titles = sum(got[0].document.title == page.title for page, got in found)
        dates = sum(got[0].document.date == page.date for page, got in found)
        rows.append(f"{language:6}{len(own):5}{we.f1:11.3f}{titles:8}{dates:7}{they.f1:22.3f}")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table(read_web_pages()))
