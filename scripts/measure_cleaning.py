"""`python -m scripts.measure_cleaning`: how well cleaning tells text from litter, on the marked pages in tests/pages.

Each line of a page in `tests/pages/text` begins with a mark: `+ ` a line of the text, `- ` litter,
`= ` the title of an article, `@2023-09-26 ` the date line. Every third page is held out: it was not
looked at while the rules were written. `--dates` reads tests/pages/dates.tsv, beside dateparser where
that is installed.
"""

import argparse
import csv
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

from index.cleaning.articles import Article, articles
from index.dates import parse_date
from index.languages import LANGUAGES
from index.types import RawDocument

PAGES = Path(__file__).parents[1] / "tests" / "pages" / "text"
DATES = PAGES.parent / "dates.tsv"
_HELD_OUT_EVERY = 3


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose lines were marked by hand."""

    name: str
    text: str
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    titles: tuple[str, ...]
    date: datetime.date | None

    @property
    def language(self) -> str:
        """The language its name begins with."""
        return self.name[:2]

    @property
    def held_out(self) -> bool:
        """Whether it was kept from the eyes of whoever wrote the rules."""
        return int(self.name[2:]) % _HELD_OUT_EVERY == 0


@dataclass(slots=True)
class Score:
    """Counts over pages, and what they come to."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    litter_right: int = 0
    litter_found: int = 0
    litter_wanted: int = 0
    titles: list[bool] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the lines left as text, the share that is text."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Of the lines of text, the share that is left."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 0.0

    @property
    def litter_f1(self) -> float:
        """The same for the lines of litter."""
        total = self.litter_found + self.litter_wanted
        return 2 * self.litter_right / total if total else 0.0

    @property
    def title_accuracy(self) -> float:
        """Share of pages whose every title is found, and nothing else as a title."""
        return sum(self.titles) / len(self.titles) if self.titles else 0.0

    @property
    def date_accuracy(self) -> float:
        """Share of pages whose date is found, or rightly not found."""
        return sum(self.dates) / len(self.dates) if self.dates else 0.0


def read_pages(folder: Path = PAGES) -> list[Page]:
    """The marked pages of a folder, by name."""
    return [_page(path) for path in sorted(folder.glob("*.txt"))]


def _page(path: Path) -> Page:
    lines: list[str] = []
    marked: dict[str, list[str]] = {"+": [], "-": [], "=": [], "@": []}
    day: datetime.date | None = None
    for written in path.read_text(encoding="utf-8").splitlines():
        if not written.strip():
            lines.append("")
            continue
        mark, _, text = written.partition(" ")
        if mark.startswith("@"):
            day = datetime.date.fromisoformat(mark[1:])
        marked[mark[0]].append(text.strip())
        lines.append(text)
    return Page(
        path.stem,
        "\n".join(lines),
        tuple(marked["+"]),
        tuple(marked["-"] + marked["@"]),
        tuple(marked["="]),
        day,
    )


def score(pages: Iterable[Page]) -> Score:
    """How cleaning does on some pages."""
    total = Score()
    for page in pages:
        add(total, page, articles(RawDocument(page.name, page.text)))
    return total


def add(total: Score, page: Page, found: Sequence[Article]) -> None:
    """Count one page."""
    kept = Counter(line for article in found for line in article.document.text.split("\n") if line)
    dropped = Counter(line.text for article in found for line in article.dropped)
    total.right += (kept & Counter(page.kept)).total()
    total.found += kept.total()
    total.wanted += len(page.kept)
    total.litter_right += (dropped & Counter(page.dropped)).total()
    total.litter_found += dropped.total()
    total.litter_wanted += len(page.dropped)
    total.titles.append(tuple(article.document.title for article in found) == page.titles)
    total.dates.append(found[0].document.date == page.date)


def table(pages: Sequence[Page]) -> str:
    """A table by language, for the pages that rules were written from and for those held out."""
    rows = ["pages            lines  precision  recall  F1     litter F1  titles  dates"]
    parts: list[tuple[str, Callable[[Page], bool]]] = [
        ("seen", lambda page: not page.held_out),
        ("held out", lambda page: page.held_out),
    ]
    for name, wanted in parts:
        for language in LANGUAGES:
            got = score(page for page in pages if wanted(page) and page.language == language)
            rows.append(
                f"{name:10}{language:4}{got.wanted + got.litter_wanted:8}"
                f"{got.precision:11.3f}{got.recall:8.3f}{got.f1:7.3f}{got.litter_f1:11.3f}"
                f"{got.title_accuracy:8.2f}{got.date_accuracy:7.2f}"
            )
    return "\n".join(rows)


def mistakes(page: Page) -> list[str]:
    """Each line that cleaning takes for what it is not."""
    found = articles(RawDocument(page.name, page.text))
    kept = Counter(line for article in found for line in article.document.text.split("\n") if line)
    reasons = {line.text: line.reason.value for article in found for line in article.dropped}
    lost = Counter(page.kept) - kept
    left = kept - Counter(page.kept)
    titles = tuple(article.document.title for article in found)
    return [
        *(f"{page.name} lost ({reasons.get(line, 'taken for the title')}): {line}" for line in lost.elements()),
        *(f"{page.name} left: {line}" for line in left.elements()),
        *([f"{page.name} titles {titles}, not {page.titles}"] if titles != page.titles else []),
        *([f"{page.name} date {found[0].document.date}"] if found[0].document.date != page.date else []),
    ]


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as somebody writes it, and the day that is meant, if any."""

    language: str
    written: str
    day: datetime.date | None


def read_dates(path: Path = DATES) -> list[WrittenDate]:
    """The table of dates."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        WrittenDate(row["language"], row["written"], datetime.date.fromisoformat(row["date"]) if row["date"] else None)
        for row in rows
    ]


def dates_table(dates: Sequence[WrittenDate]) -> str:
    """How many dates of each language are read rightly, by us and by dateparser."""
    readers: dict[str, Callable[[WrittenDate], datetime.date | None]] = {"hudhud": lambda row: parse_date(row.written)}
    with suppress(ImportError):
        readers["dateparser"] = _dateparser()
    rows = [f"{'':12}" + "".join(f"{language:>10}" for language in LANGUAGES) + "   microseconds each"]
    for name, read in readers.items():
        start = process_time()
        right = [(row.language, read(row) == row.day) for row in dates]
        each = (process_time() - start) / len(dates) * 1e6
        cells = (
            f"{sum(ok for of, ok in right if of == language)}/{sum(of == language for of, _ in right)}"
            for language in LANGUAGES
        )
        rows.append(f"{name:12}" + "".join(f"{cell:>10}" for cell in cells) + f"{each:10.0f}")
    return "\n".join(rows)


def _dateparser() -> Callable[[WrittenDate], datetime.date | None]:
    """The library, told the language, that days come before months, and that only whole dates count."""
    import dateparser

    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "DMY",
        "PARSERS": ["timestamp", "custom-formats", "absolute-time"],
    }

    def read(row: WrittenDate) -> datetime.date | None:
        found = dateparser.parse(row.written, languages=[row.language], settings=settings)
        return found.date() if found else None

    return read


def lines_per_second(pages: Sequence[Page], seconds: float = 3.0) -> float:
    """How many lines, blank ones not counted, cleaning takes in a second of one core."""
    records = [RawDocument(page.name, page.text) for page in pages]
    lines = sum(1 for page in pages for line in page.text.split("\n") if line)
    for record in records:
        articles(record)  # reads the phrases
    rounds, start = 0, process_time()
    while process_time() - start < seconds:
        for record in records:
            articles(record)
        rounds += 1
    return rounds * lines / (process_time() - start)


def main() -> None:
    """Print the table, and with --mistakes each wrong line of the pages that are not held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mistakes", action="store_true", help="name each wrong line of the seen pages")
    parser.add_argument("--dates", action="store_true", help="measure the reading of dates instead")
    parser.add_argument("--speed", action="store_true", help="measure the speed instead")
    wanted = parser.parse_args()
    if wanted.speed:
        print(f"{lines_per_second(read_pages()):,.0f} lines a second")
        return
    if wanted.dates:
        print(dates_table(read_dates()))
        return
    pages = read_pages()
    print(table(pages))
    if wanted.mistakes:
        for page in pages:
            if not page.held_out:
                print("\n".join(mistakes(page)), end="\n" * bool(mistakes(page)))


if __name__ == "__main__":
    main()
