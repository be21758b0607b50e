"""What is typed becomes words that stand in the documents, as they spell them."""

import pytest

from index.build import build_index
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.suggest import Suggester
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines

MORE = [
    {"id": "e1", "text": "Haftar spoke of elections. Elections are late, Haftar said.", "language": "en"},
    {"id": "e2", "text": "Haftar left for home after the election.", "language": "en"},
    {"id": "e3", "text": "The hafnium mine was sold.", "language": "en"},
    {"id": "a1", "text": "أعلنت الحكومة موعد الانتخابات، ثم غادر رئيس الحكومة.", "language": "ar"},
    {"id": "u1", "text": "وزیر اعظم نے انتخابات کی تاریخ دی۔ وزیر اعظم ماسکو گئے۔", "language": "ur"},
]


@pytest.fixture(scope="module")
def suggester(tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    folder = tmp_path_factory.mktemp("suggest")
    source = write_json_lines(folder / "records.jsonl", [*ARTICLES, *MORE])
    build_index([source], folder / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
    return Suggester(Snapshot.open(folder / "index"))


def test_the_commonest_word_comes_first(suggester: Suggester) -> None:
    assert suggester.suggest("haf", 8) == ["Haftar", "hafnium"]
    assert suggester.suggest("haf", 1) == ["Haftar"]


def test_a_prefix_longer_than_the_stem_finds_the_word(suggester: Suggester) -> None:
    assert suggester.suggest("electi", 8)[0] in ("elections", "Elections", "election")


def test_arabic_is_spelled_as_it_is_written_and_not_as_it_is_folded(suggester: Suggester) -> None:
    assert suggester.suggest("الحك", 8) == ["الحكومة"]


def test_urdu_words_follow_the_words_before_them(suggester: Suggester) -> None:
    assert suggester.suggest("وزیر اع", 8) == ["وزیر اعظم"]


def test_only_what_stands_together_with_the_words_before_is_offered(suggester: Suggester) -> None:
    assert suggester.suggest("mine haf", 8) == ["mine hafnium"]
    assert suggester.suggest("wombat haf", 8) == []


def test_stop_words_before_narrow_nothing(suggester: Suggester) -> None:
    assert suggester.suggest("the haf", 8) == ["the Haftar", "the hafnium"]


@pytest.mark.parametrize("typed", ["", "   ", "haftar ", "?", "haftar!", "zzz", "hafnium", "h" * 500])
def test_there_is_nothing_to_complete(suggester: Suggester, typed: str) -> None:
    assert suggester.suggest(typed, 8) == []
