"""The second stage: who changes places, what a score still means, and what cannot be a reranker."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import ModelError
from search.ranking import Ranking
from search.rerank import load_reranker, rerank

ROOT = Path(__file__).parents[2]


class FakeReranker:
    """Scores read from a table. Remembers what it was asked."""

    name = "fake"

    def __init__(self, table: dict[str, float]) -> None:
        self.table = table
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append((query, list(passages)))
        return np.array([self.table[passage] for passage in passages], np.float32)


def ranking_of(scores: Sequence[float]) -> Ranking:
    """Document 10 at the first place, 11 at the second …; each other column follows from the document."""
    documents = np.arange(10, 10 + len(scores))
    return Ranking(
        languages=np.array([["en", "ar", "ur"][number % 3] for number in documents], dtype=object),
        documents=documents,
        rows=documents * 2,
        dense=documents / 8,
        lexical=documents / 4,
        dense_ranks=documents * 3,
        lexical_ranks=documents * 5,
        scores=np.array(scores, np.float64),
    )


def passages_of(ranking: Ranking, depth: int) -> list[str]:
    return [f"passage {number}" for number in ranking.documents[:depth]]


def reranked(ranking: Ranking, given: Sequence[float], depth: int) -> Ranking:
    """The ranking re-ordered by a reranker that gives the passages of its head these scores."""
    passages = passages_of(ranking, depth)
    return rerank(ranking, passages, "q", FakeReranker(dict(zip(passages, given, strict=True))), depth)


def columns(ranking: Ranking) -> dict[str, list[object]]:
    return {name: getattr(ranking, name).tolist() for name in Ranking.__slots__}


def test_the_head_is_reordered_and_the_rest_stays() -> None:
    """0.1, 0.8, 0.5 for 10, 11, 12: 11 before 12 before 10; 13 and 14 are not looked at."""
    found = reranked(ranking_of([9, 7, 5, 3, 1]), [0.1, 0.8, 0.5], 3)
    assert found.documents.tolist() == [11, 12, 10, 13, 14]


def test_scores_stay_with_their_places() -> None:
    """The best of the reranked gets the highest former score, whatever the scale of the reranker."""
    found = reranked(ranking_of([9, 7, 5, 3, 1]), [-900.0, 800.0, 500.0], 3)
    assert found.scores.tolist() == [9, 7, 5, 3, 1]
    assert [(item.document, item.score) for item in found.page(1, 3)] == [(12, 7.0), (10, 5.0), (13, 3.0)]


def test_all_else_travels_with_its_candidate() -> None:
    found = reranked(ranking_of([9, 7, 5]), [1, 2, 3], 3)
    assert found.languages.tolist() == ["en", "ur", "ar"]
    assert found.rows.tolist() == [24, 22, 20]
    assert found.dense.tolist() == [1.5, 1.375, 1.25]
    assert found.lexical.tolist() == [3.0, 2.75, 2.5]
    assert found.dense_ranks.tolist() == [36, 33, 30]
    assert found.lexical_ranks.tolist() == [60, 55, 50]


def test_equal_scores_keep_their_former_order() -> None:
    """Places 2, 3 and 5 are equal and best; 1 and 4 are equal after them."""
    found = reranked(ranking_of([9, 7, 5, 3, 1]), [0, 1, 1, 0, 1], 5)
    assert found.documents.tolist() == [11, 12, 14, 10, 13]


def test_no_number_is_the_worst_score() -> None:
    """A model that overflows cannot bring a passage forward."""
    found = reranked(ranking_of([9, 7, 5, 3]), [np.nan, -np.inf, np.inf, 0.0], 4)
    assert found.documents.tolist() == [12, 13, 11, 10]


def test_deeper_than_the_ranking_is_all_of_it() -> None:
    found = reranked(ranking_of([9, 7]), [0, 1], 50)
    assert found.documents.tolist() == [11, 10]
    assert found.scores.tolist() == [9, 7]


@pytest.mark.parametrize(("length", "depth"), [(0, 0), (0, 5), (3, 0), (3, 1), (1, 5)])
def test_nothing_to_reorder_is_not_worth_a_call(length: int, depth: int) -> None:
    ranking = ranking_of(list(range(length, 0, -1)))
    fake = FakeReranker({})
    found = rerank(ranking, passages_of(ranking, depth), "q", fake, depth)
    assert columns(found) == columns(ranking)
    assert fake.asked == []


def test_an_empty_merged_ranking() -> None:
    assert len(rerank(Ranking.merged([]), [], "q", FakeReranker({}), 10)) == 0


def test_the_reranker_is_asked_once_in_the_order_of_the_ranking() -> None:
    ranking = ranking_of([9, 7, 5])
    fake = FakeReranker({"زلزال": 1.0, "زلزلہ": 2.0})
    rerank(ranking, ["زلزال", "زلزلہ"], "earthquake", fake, 2)
    assert fake.asked == [("earthquake", ["زلزال", "زلزلہ"])]


def test_the_ranking_given_is_not_changed() -> None:
    ranking = ranking_of([9, 7, 5])
    before = columns(ranking)
    reranked(ranking, [1, 2, 3], 3)
    assert columns(ranking) == before


@given(st.lists(st.integers(-3, 3), max_size=12), st.integers(0, 14))
def test_equals_sorting_by_hand(given: list[int], depth: int) -> None:
    """The head is sorted by (-score, former place), as plain Python sorts it; former scores may be equal."""
    ranking = ranking_of([float(score // 2) for score in range(len(given), 0, -1)])
    given = given[:depth]
    found = reranked(ranking, given, depth)
    head = sorted(range(len(given)), key=lambda place: (-given[place], place))
    assert found.documents.tolist() == [10 + p for p in [*head, *range(len(given), len(ranking))]]
    assert found.scores.tolist() == ranking.scores.tolist()
    assert sorted(found.rows.tolist()) == ranking.rows.tolist()


@pytest.mark.parametrize("count", [1, 3])
def test_passages_and_candidates_have_to_be_as_many(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} passages for 2 candidates"):
        rerank(ranking_of([9, 7, 5]), ["a"] * count, "q", FakeReranker({"a": 1}), 2)


def test_scores_of_another_shape_are_refused() -> None:
    class Columns(FakeReranker):
        def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
            return np.zeros((len(passages), 1), np.float32)

    with pytest.raises(ValueError, match=r"fake gave scores of shape \(2, 1\); expected \(2,\)"):
        rerank(ranking_of([9, 7]), ["a", "b"], "q", Columns({}), 2)


def test_a_negative_depth_is_refused() -> None:
    with pytest.raises(ValueError, match="depth is -1"):
        rerank(ranking_of([9, 7]), ["a"], "q", FakeReranker({"a": 1}), -1)


TEXTS = [
    "a meeting in rome",
    "زلزال يضرب القرى",
    "مُحَمَّدٌ وَالكِتَابُ",
    "زلزلہ سے دیہات متاثر ۔",
    "Rome روما روم 2024 ٢٠٢٤ ۲۰۲۴",
    "",
    "x",
    "rome " * 500,
    "\u0301\u064b",
]
"""The last is, to a tokenizer that drops marks, as empty as the sixth; no other two are alike."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Transformers of two layers and sixteen dimensions: a cross-encoder, a classifier, and one without a head.

    The cross-encoder's logits all lie near 40, where a sigmoid in float32 is 1.
    """
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("rerankers")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789" + "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةپٹچڈڑژکگںھہیے۔٠١٢٣٤۰۱۲۳۴"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    tokenizer = BertTokenizerFast(vocab={word: i for i, word in enumerate(vocabulary)})

    def config(labels: int) -> BertConfig:
        return BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
            initializer_range=0.5,
            num_labels=labels,
        )

    scorer = BertForSequenceClassification(config(1))
    scorer.classifier.bias.data.fill_(40.0)
    made = {"bert": scorer, "classifier": BertForSequenceClassification(config(3)), "headless": BertModel(config(1))}
    for name, model in made.items():
        model.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    CrossEncoder(str(folder / "bert"), device="cpu").save(str(folder / "model"))
    return folder


def by_transformers(folder: Path, query: str, passages: Sequence[str]) -> list[float]:
    """The logit of each pair on its own, without sentence-transformers."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    logits = []
    with torch.inference_mode():
        for passage in passages:
            pair = tokenizer([query], [passage], truncation="longest_first", max_length=64, return_tensors="pt")
            logits.append(model(**pair).logits.item())
    return logits


@pytest.mark.parametrize("saved", ["model", "bert"])
@pytest.mark.parametrize("query", ["rome", "زلزلہ ٢٠٢٤", "", "روما " * 100])
def test_scores_are_the_logits_of_query_and_passage(models: Path, saved: str, query: str) -> None:
    """Whether saved by sentence-transformers or by transformers; long pairs are truncated."""
    reranker = load_reranker(str(models / saved))
    found = reranker.scores(query, TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (len(TEXTS),)
    np.testing.assert_allclose(found, by_transformers(models / "bert", query, TEXTS), atol=1e-4)


def test_scores_differ_where_a_sigmoid_would_not(models: Path) -> None:
    found = load_reranker(str(models / "model")).scores("rome", TEXTS[:8])
    assert (1 / (1 + np.exp(-found)) == 1).all()
    assert len(set(found.tolist())) == 8


def test_no_passages(models: Path) -> None:
    found = load_reranker(str(models / "model")).scores("rome", [])
    assert found.shape == (0,)
    assert found.dtype == np.float32


def test_a_real_model_orders_a_ranking(models: Path) -> None:
    """By its logits, as plain Python sorts them; the ninth candidate is beyond the depth."""
    reranker = load_reranker(str(models / "model"))
    assert reranker.name == str(models / "model")
    found = rerank(ranking_of(list(range(9, 0, -1))), TEXTS[:8], "rome", reranker, 8)
    logits = by_transformers(models / "bert", "rome", TEXTS[:8])
    assert found.documents.tolist() == [*(10 + place for place in sorted(range(8), key=lambda p: -logits[p])), 18]
    assert found.documents.tolist() != list(range(10, 19))


def test_threads_ask_together(models: Path) -> None:
    reranker = load_reranker(str(models / "model"))
    expected = reranker.scores("rome", TEXTS)
    found: list[NDArray[np.float32]] = []

    def ask() -> None:
        for count in (3, len(TEXTS)):
            found.append(reranker.scores("rome", TEXTS[:count]))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    for scores in found:
        np.testing.assert_allclose(scores, expected[: len(scores)], atol=1e-4)


def test_a_search_without_it_imports_no_torch() -> None:
    program = "import sys, search.rerank; print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A hub that cannot be reached; the names it was asked for."""
    asked: list[str] = []

    def check(name: str) -> None:
        asked.append(name)
        raise ModelError("there is no embedding model") from OSError("unplugged")

    monkeypatch.setattr("search.rerank.check_hub", check)
    return asked


def test_model_that_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no folder, not cached and not on a reachable hub ends in one sentence."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"^there is no reranking model nobody/nothing: .*; check the name and the"):
        load_reranker("nobody/nothing")


def test_the_reason_is_told(no_hub: list[str]) -> None:
    with pytest.raises(ModelError, match=r"hub gives \(unplugged\)"):
        load_reranker("nobody/nothing")
    assert no_hub == ["nobody/nothing"]


def test_a_model_in_the_cache_needs_no_hub(
    models: Path, tmp_path: Path, no_hub: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by its name, as the hub's own client lays it down."""
    commit, kept = "0" * 40, tmp_path / "models--nobody--something"
    shutil.copytree(models / "model", kept / "snapshots" / commit)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(commit)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    reranker = load_reranker("nobody/something")
    assert reranker.name == "nobody/something"
    assert reranker.scores("rome", TEXTS).shape == (len(TEXTS),)
    assert no_hub == []


def test_a_name_without_an_owner_is_one_of_the_cross_encoders(no_hub: list[str]) -> None:
    """As sentence-transformers has it."""
    with pytest.raises(ModelError, match="there is no reranking model nothing-L6"):
        load_reranker("nothing-L6")
    assert no_hub == ["cross-encoder/nothing-L6"]


def _halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _widen(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"hidden_size": 32}))


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("model.safetensors", _halve),  # SafetensorError
        ("model.safetensors", Path.unlink),  # OSError
        ("config.json", _halve),  # OSError or ValueError
        ("config.json", _widen),  # RuntimeError
        ("tokenizer.json", _halve),  # ValueError
        ("modules.json", lambda path: path.write_text('[{"idx": 0}]')),  # KeyError
        ("modules.json", lambda path: path.write_text('{"a": 1}')),  # TypeError
    ],
)
def test_a_damaged_folder_is_a_model_error(models: Path, tmp_path: Path, no_hub: list[str], file, damage) -> None:
    """It is named, with what was expected and what to do, and the hub is not asked."""
    folder = tmp_path / "damaged"
    shutil.copytree(models / "model", folder)
    damage(folder / file)
    with pytest.raises(ModelError, match=r"damaged cannot be read \(.+\): expected a cross-encoder .*; save or fetch"):
        load_reranker(str(folder))
    assert no_hub == []


def test_a_file_or_an_empty_folder_is_no_model(tmp_path: Path, no_hub: list[str], monkeypatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.chdir(tmp_path)
    for name in (str(tmp_path), str(tmp_path / "file"), ""):
        with pytest.raises(ModelError, match="cannot be read"):
            load_reranker(name)
    assert no_hub == []


def test_a_classifier_is_refused(models: Path) -> None:
    with pytest.raises(ModelError, match="classifier gives 3 scores to a pair: expected a cross-encoder"):
        load_reranker(str(models / "classifier"))


def test_an_embedding_model_is_refused(models: Path) -> None:
    """It would load with a scoring head of random weights, and shuffle every ranking anew."""
    with pytest.raises(ModelError, match="headless is a BertModel: expected a cross-encoder"):
        load_reranker(str(models / "headless"))
