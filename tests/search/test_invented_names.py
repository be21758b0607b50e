"""Names that nobody has, and so no model was trained on, are found across the three scripts, with the model that ships.

Each person is the subject of one document in each language; thirty others like it are there to be mistaken for it.
"""

from collections.abc import Sequence

import pytest

from index.build import build_index
from index.encoder import load_encoder
from index.settings import IndexSettings
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import write_json_lines

# In Latin letters, as Arabic papers and as Urdu papers would write them.
NAMES = [
    ("Drovanek", "دروفانيك", "دروانیک"),
    ("Mezhubarov", "ميجوباروف", "میژوباروف"),
    ("Kiltadesse", "كيلتاديسي", "کلتادیسے"),
    ("Quzmandar", "قزماندار", "قزماندار"),
    ("Fagelström", "فاغلستروم", "فیگلسٹروم"),
    ("Batorniewski", "باتورنيفسكي", "باٹورنیوسکی"),
    ("Ghardouni", "غردوني", "غردونی"),
    ("Tsembrakis", "تسمبراكيس", "تسیمبراکس"),
    ("Pelgrunta", "بلغرونتا", "پلگرنٹا"),
    ("Zahrabouti", "زهرابوتي", "زہرابوتی"),
    ("Vundikara", "فونديكارا", "ونڈیکارا"),
    ("Chelmorgan", "تشيلمورغان", "چیلمورگن"),
]
TEXTS = {
    "en": "{} opened the new library on Tuesday and thanked the donors.",
    "ar": "افتتح {} المكتبة الجديدة يوم الثلاثاء وشكر المتبرعين.",
    "ur": "{} نے منگل کو نئی لائبریری کا افتتاح کیا اور عطیہ دہندگان کا شکریہ ادا کیا۔",
}
LANGUAGES = ("en", "ar", "ur")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, bundled: None) -> Searcher:
    folder = tmp_path_factory.mktemp("invented")
    records = [
        {"id": f"{names[0]} {language}", "text": TEXTS[language].format(name), "language": language, "source": "Post"}
        for names in NAMES
        for language, name in zip(LANGUAGES, names, strict=True)
    ]
    source = write_json_lines(folder / "names.jsonl", records)
    encoder = load_encoder()
    build_index([source], folder / "index", IndexSettings(), encoder, encoder)
    return Searcher.open(folder / "index")


def found(searcher: Searcher, place: int, language: str) -> list[str]:
    """Of the names as one language writes them, those whose document in another language comes first."""
    return [
        names[0]
        for names in NAMES
        if searcher.ranking(SearchRequest(names[place], 1, languages=(language,))) == [f"{names[0]} {language}"]
    ]


@pytest.mark.parametrize(
    ("asked", "language"),
    [(asked, language) for asked in LANGUAGES for language in LANGUAGES if asked != language],
)
def test_at_least_three_in_four_are_first(searcher: Searcher, asked: str, language: str) -> None:
    first: Sequence[str] = found(searcher, LANGUAGES.index(asked), language)
    assert len(first) >= len(NAMES) * 0.75, sorted({names[0] for names in NAMES} - set(first))
