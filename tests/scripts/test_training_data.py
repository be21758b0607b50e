"""The training data is what it says it is, holds no evaluation text, and trains the same model twice."""

import gzip
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from index.encoder import load_encoder
from index.text import fold
from scripts.train_model import main
from scripts.training import trainer
from scripts.training.alignment import align
from scripts.training.batches import Batch, BatchMaker
from scripts.training.corpus import capped, find_sources, read_corpus
from scripts.training.glossary import HEADER, read_glossary
from scripts.training.pieces import Pieces, Ragged
from scripts.training.report import ndcg, precision_at_1, recall
from scripts.training.settings import TrainingSettings
from scripts.training.tokenizer import normaliser, pre_tokeniser, train_tokenizer
from scripts.training.trainer import TrainingState, contrast, rate_at, same_text, train
from scripts.training.translator import Translator, build_translators, stems

SMALL = TrainingSettings(
    licences=("open",),
    vocabulary_size=200,
    dimensions=8,
    batch_size=4,
    epochs=2,
    views_per_epoch=40,
    paragraph_minimum=4,
)


def write_gz(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A training folder with every kind of file, and evaluation sets beside it."""
    open_ = tmp_path / "train" / "open"
    write_gz(
        open_ / "parallel" / "tatoeba.en-ar.tsv.gz",
        [
            "The minister met the president in Rome.\tالتقى الوزير الرئيس في روما",
            "The minister met the president in Rome.\tالتقى الوزير الرئيس في روما",
            "Secret question 12?\tسؤال آخر لا بأس به أبدا",
            "A harmless sentence here today\tالسُّؤالُ السِّرّيُّ رقم ١٢ ؟",
            "no second column",
        ],
    )
    write_gz(open_ / "lexicon" / "dict.en-ar.tsv.gz", ["minister\tوزير", "president\tرئيس", "rome\tروما"])
    write_gz(open_ / "lexicon" / "dict.en-ur.tsv.gz", ["minister\tوزیر", "president\tصدر", "rome\tروم"])
    write_gz(open_ / "lexicon" / "roman.romanur-ur.tsv.gz", ["wazir\tوزیر", "sadr\tصدر"])
    write_gz(open_ / "titles" / "news.ar.tsv.gz", ["الوزير في روما\tالتقى الوزير الرئيس في روما اليوم"])
    write_gz(open_ / "mono" / "news.ar.txt.gz", [f"التقى الوزير الرئيس في روما يوم {n}" for n in range(9)])
    write_gz(open_ / "mono" / "news.ur.txt.gz", [f"وزیر نے صدر سے روم میں ملاقات کی {n}" for n in range(9)])
    write_gz(open_ / "mono" / "held.ur.txt.gz", ["یہ خفیہ سوال نمبر ۷ ہے۔"])
    write_gz(tmp_path / "train" / "unstated" / "mono" / "more.en.txt.gz", ["A paragraph of unknown licence"])
    evaluation = tmp_path / "eval" / "questions"
    evaluation.mkdir(parents=True)
    texts = ["SECRET question ١٢", "السؤال السري رقم 12", "یه خفيه سوال نمبر 7 هے"]
    (evaluation / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": str(i), "text": text}) for i, text in enumerate(texts)), encoding="utf-8"
    )
    (tmp_path / "glossary.tsv").write_text(
        f"{HEADER}\nverb\tmeet|met\tالتقى|يلتقي\tملاقات کرنا|ملے\tmulaqat karna\n", encoding="utf-8"
    )
    return tmp_path


def texts_of(ragged: Ragged, names: list[str]) -> list[str]:
    return [" ".join(names[p] for p in ragged[i]) for i in range(len(ragged))]


def corpus_of(data: Path, settings: TrainingSettings = SMALL):
    return read_corpus(data / "train", data / "glossary.tsv", data / "eval", settings)


def test_evaluation_texts_are_left_out(data: Path) -> None:
    """A row with an evaluation text on either side is dropped, whatever its case, marks, letters and digits."""
    corpus = corpus_of(data)
    sentences = [group for group in corpus.pairs if group.kind == "sentences"]
    assert [texts_of(group.left, corpus.pieces.names) for group in sentences] == [
        ["the minister met the president in rome"]
    ]
    urdu = texts_of(corpus.paragraphs["ur"], corpus.pieces.names)
    assert len(urdu) == 9
    assert not any("خفیہ" in text for text in urdu)


def test_only_the_licences_asked_for_are_read(data: Path) -> None:
    """`unstated` files are opened only where the setting names them."""
    assert "en" not in corpus_of(data).paragraphs
    assert "en" in corpus_of(data, replace(SMALL, licences=("open", "unstated"))).paragraphs


def test_folder_without_data_is_an_error(tmp_path: Path) -> None:
    """A wrong path is said to be one, not trained on as nothing."""
    with pytest.raises(FileNotFoundError, match="holds no training files"):
        find_sources(tmp_path, ["open"])


def test_caps_choose_the_same_rows_each_time() -> None:
    """A cap takes a fixed sample in the file's order."""
    rows = [(str(i),) for i in range(100)]
    chosen = capped(rows, 10, "bible")
    assert chosen == capped(rows, 10, "bible")
    assert chosen == sorted(chosen, key=lambda row: int(row[0]))
    assert len(chosen) == 10
    assert chosen != capped(rows, 10, "quran")
    assert capped(rows, None, "") == rows


def test_glossary_pairs_every_form_with_the_headword(data: Path) -> None:
    """Each form meets the other language's headword, and no two inflected forms meet."""
    (entry,) = read_glossary(data / "glossary.tsv")
    assert list(entry.pairs("en", "ar")) == [("meet", "التقى"), ("meet", "يلتقي"), ("met", "التقى")]


def test_glossary_with_a_missing_column_is_an_error(tmp_path: Path) -> None:
    """The file and line at fault are named."""
    (tmp_path / "g.tsv").write_text(f"{HEADER}\nnoun\tpeace\tسلام\tامن\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"g\.tsv, line 2: 4 columns"):
        read_glossary(tmp_path / "g.tsv")
    (tmp_path / "g.tsv").write_text("noun\tpeace\tسلام\tامن\tamn\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"g\.tsv, line 1: .*expected"):
        read_glossary(tmp_path / "g.tsv")


def test_tokenizer_folds_as_the_index_does() -> None:
    """Every Latin and Arabic letter and digit becomes what `index.text.fold` makes of it."""
    folded = normaliser()
    blocks = [*range(0x20, 0x250), *range(0x600, 0x780), *range(0xFB50, 0xFDC8), *range(0xFE70, 0xFEFD)]
    letters = [chr(code) for code in blocks if unicodedata.category(chr(code))[0] in "LN"]
    marks = [chr(code) for code in (0x640, 0x64B, 0x651, 0x670, 0x200C, 0x200F, 0x301)]
    wrong = {c: (folded.normalize_str(c), fold(c)) for c in letters + marks if folded.normalize_str(c) != fold(c)}
    assert wrong == {}


def test_pieces_never_reach_across_white_space() -> None:
    """The pieces of a text are those of its words, one after another, also where folding makes spaces."""
    text = "وَالكِتابُ ﷺ U.S.-led ۲۰۲۴ء\u00a0x\u0301 \u0301 ´a ½ كالمدرسة للناس\x1cz"
    pieces = Pieces()
    whole = pre_tokeniser().pre_tokenize_str(normaliser().normalize_str(text))
    assert [pieces.names[p] for p in pieces.of(text)] == [piece for piece, _ in whole]


def test_proclitics_are_cut_from_long_words_only() -> None:
    """The article comes off كتاب but not off والد, nor off الله."""
    pieces = Pieces()
    cut = [pieces.names[p] for p in pieces.of("والكتاب والد الله بالمدرسة للناس")]
    assert cut == ["وال", "کتاب", "والد", "اللہ", "بال", "مدرسہ", "لل", "ناس"]


def test_what_is_attached_becomes_a_token_of_its_own() -> None:
    """A stem that is common by itself is found again in its inflected forms, also in words never seen."""
    arabic = {"قال": 900.0, "قالت": 300.0, "وقالت": 40.0, "متحف": 80.0, "ب": 50.0}
    urdu = {"وزیر": 500.0, "وزیروں": 60.0}
    tokenizer = train_tokenizer({"ar": arabic, "ur": urdu}, 60, 1.0)

    def tokens(text: str) -> list[str]:
        return tokenizer.encode(text, add_special_tokens=False).tokens

    assert tokens("وقالت") == ["و", "قال", "ت"]
    assert tokens("وزيروں") == ["وزیر", "وں"]
    assert tokens("بِمُتْحَف") == ["ب", "متحف"]


def test_ragged_lists() -> None:
    """Taking, cutting, expanding, keeping and joining lists, by eye."""
    lists = Ragged.of([[1, 2, 3], [], [0, 1]])
    assert [list(lists[i]) for i in range(3)] == [[1, 2, 3], [], [0, 1]]
    taken = lists.take(np.array([2, 0]), longest=2)
    assert [list(taken[i]) for i in range(2)] == [[0, 1], [1, 2]]
    table = Ragged.of([[10], [11, 12], [], [13]])
    expanded = lists.expand(table)
    assert [list(expanded[i]) for i in range(3)] == [[11, 12, 13], [], [10, 11, 12]]
    kept = lists.keep(lists.values != 1)
    assert [list(kept[i]) for i in range(3)] == [[2, 3], [], [0]]
    joined = Ragged.concatenate([lists, table])
    assert [list(joined[i]) for i in (0, 1, 2, 3, 4)] == [[1, 2, 3], [], [0, 1], [10], [11, 12]]


def test_alignment_finds_the_only_consistent_reading() -> None:
    """das Haus / the house, das Buch / the book, ein Buch / a book: the textbook example of IBM model 1."""
    das, haus, buch, ein, the, house, book, a = range(8)
    left = Ragged.of([[das, haus], [das, buch], [ein, buch]])
    right = Ragged.of([[the, house], [the, book], [a, book]])
    found = align(left, right, 8, rounds=20)
    likeliest = {
        int(s): int(found.target[found.source == s][np.argmax(found.forward[found.source == s])])
        for s in (das, haus, buch, ein)
    }
    assert likeliest == {das: the, haus: house, buch: book, ein: a}
    assert found.forward[(found.source == das) & (found.target == the)] > 0.9


def test_translator_draws_by_weight_and_keeps_what_it_may() -> None:
    """Piece 0 becomes 5 or the pair 6 7, one to three; piece 1 is unknown and goes, piece 2 is unknown and stays."""
    translator = Translator.of({0: {(5,): 1.0, (6, 7): 3.0}}, pieces=8)
    keep = np.array([False, False, True, False, False, False, False, False])
    texts = Ragged.of([[0, 1, 2], [], [2, 0]] * 400)
    found = translator.translate(texts, np.random.default_rng(0), keep)
    outcomes = {tuple(found[i].tolist()) for i in range(0, 1200, 3)}
    assert outcomes == {(5, 2), (6, 7, 2)}
    assert all(len(found[i]) == 0 for i in range(1, 1200, 3))
    pairs = sum(len(found[i]) == 3 for i in range(0, 1200, 3))
    assert 250 < pairs < 350


def test_stems() -> None:
    """A form without an entry may borrow that of a shorter one."""
    assert stems("countries", "en")[0] == "country"
    assert "game" in stems("games", "en")
    assert "قال" in stems("وقال", "ar")
    assert stems("of", "en") == []


def test_translators_come_from_glossary_and_dictionaries(data: Path) -> None:
    """Arabic reaches Urdu through English, and Roman Urdu through Urdu."""
    corpus = corpus_of(data)
    names = corpus.pieces.names
    counts = {language: np.ones(len(names)) for language in ("en", "ar", "ur", "romanur")}
    translators = build_translators(corpus, counts, SMALL)
    number = {name: i for i, name in enumerate(names)}

    def reached(direction: tuple[str, str], word: str) -> set[str]:
        translator = translators[direction]
        first, last = translator.first[number[word] : number[word] + 2]
        return {" ".join(names[p] for p in translator.targets[c]) for c in range(first, last)}

    assert reached(("en", "ar"), "meet") >= {"تقی", "یلتقی"}
    assert "صدر" in reached(("ar", "ur"), "رییس")
    assert "wazir" in reached(("en", "romanur"), "minister")


def test_shared_texts_are_no_negatives() -> None:
    """Two rows that share a text on either side are not told apart; a row is never its own duplicate."""
    batch = Batch(Ragged.of([[1], [1], [2]]), Ragged.of([[3], [4], [4]]))
    expected = [[False, True, False], [True, False, True], [False, True, False]]
    assert same_text(batch).tolist() == expected


def test_contrast_by_hand() -> None:
    """Two orthogonal pairs at temperature 1: the loss is log(1 + 1/e)."""
    unit = torch.eye(2)
    loss, *_ = contrast(unit, unit, torch.zeros(2, 2, dtype=torch.bool), 1.0)
    assert loss == pytest.approx(np.log(1 + np.exp(-1)))


def test_step_moves_vectors_as_torch_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient by hand is the one that torch derives from embedding_bag and its own cross entropy."""
    seen = {}
    monkeypatch.setattr(trainer, "adam", lambda state, rows, gradient, rate: seen.update({"g": gradient, "r": rows}))
    batch = Batch(Ragged.of([[1, 2], [3], [3, 4, 4], [1, 2]]), Ragged.of([[5], [2, 6], [7], [0]]))
    state = TrainingState.new(9, replace(SMALL, dimensions=4))
    loss = trainer.step(state, batch, temperature=0.2, rate=0.1)

    vectors = state.vectors.clone().requires_grad_()
    left, right = (
        torch.nn.functional.normalize(
            torch.nn.functional.embedding_bag(
                torch.from_numpy(side.values), vectors, torch.from_numpy(side.offsets[:-1].astype(np.int32)), mode="sum"
            )
        )
        for side in (batch.left, batch.right)
    )
    scores = (left @ right.T / 0.2).masked_fill(same_text(batch), -1e9)
    truth = torch.arange(4)
    entropy = torch.nn.functional.cross_entropy
    expected = (entropy(scores, truth) + entropy(scores.T, truth)) / 2
    expected.backward()
    assert loss == pytest.approx(float(expected.detach()), rel=1e-5)
    torch.testing.assert_close(seen["g"], vectors.grad[seen["r"]], rtol=1e-4, atol=1e-6)


def test_learning_rate_rises_then_falls() -> None:
    """A tenth up, the rest down to nothing."""
    settings = replace(SMALL, learning_rate=1.0, warm_up=0.1)
    assert [rate_at(step, 100, settings) for step in (0, 5, 10, 55)] == pytest.approx([0, 0.5, 1, 0.5])


def trained(data: Path, folder: Path, stop_after: int | None = None) -> np.ndarray:
    """Train to the end, or load the checkpoint in `folder` and go on from there."""
    corpus = corpus_of(data)
    names = corpus.pieces.names
    tokenizer = train_tokenizer({"en": dict.fromkeys(names, 3.0)}, SMALL.vocabulary_size, 1.0)
    tokens = Ragged.of([token.id for token in tokenizer.model.tokenize(name)] for name in names)
    counts = {language: np.ones(len(names)) for language in ("en", "ar", "ur", "romanur")}
    batches = BatchMaker(corpus, build_translators(corpus, counts, SMALL), tokens, SMALL)
    checkpoint = folder / "state.pt"
    state = TrainingState.new(tokenizer.get_vocab_size(), SMALL)
    if checkpoint.exists():
        state = TrainingState.load(checkpoint)

    class Stopped(Exception):
        pass

    def keep(state: TrainingState) -> None:
        state.save(checkpoint)
        if state.epoch == stop_after:
            raise Stopped

    try:
        train(state, batches, SMALL, keep)
    except Stopped:
        return trained(data, folder)
    return state.vectors.numpy()


def test_training_is_deterministic_and_resumable(data: Path, tmp_path: Path) -> None:
    """Two runs give equal weights, also when one was interrupted after its first epoch and begun again."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = trained(data, tmp_path / "whole")
    broken = trained(data, tmp_path / "broken", stop_after=1)
    np.testing.assert_array_equal(whole, broken)


def test_one_command_makes_a_model_and_another_measures_it(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`train_model DATA` writes a folder that the index can load; `--report` prints its figures."""
    held = data / "eval" / "questions"
    (held / "qrels").mkdir()
    (held / "corpus.jsonl").write_text('{"_id": "a", "text": "secret", "language": "ar"}\n', encoding="utf-8")
    (held / "queries.jsonl").write_text('{"_id": "q", "text": "sir", "language": "en"}\n', encoding="utf-8")
    (held / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", encoding="utf-8")
    common = ["--evaluation", str(data / "eval")]
    small = ["vocabulary_size=300", "dimensions=8", "batch_size=4", "epochs=1", "views_per_epoch=20"]
    files = ["--glossary", str(data / "glossary.tsv"), "--out", str(tmp_path / "m"), "--work", str(tmp_path / "w")]
    main([str(data / "train"), *common, *files, "--set", *small])
    assert load_encoder(str(tmp_path / "m")).encode_queries(["wazir وزیر"]).any()
    assert json.loads((tmp_path / "m" / "training.json").read_text(encoding="utf-8"))["epochs_done"] == 1
    capsys.readouterr()
    main(["--report", str(tmp_path / "m"), *common])
    assert capsys.readouterr().out.split() == ["questions", "P@1", "en→ar", "1.000"]


def test_unknown_setting_is_an_error(tmp_path: Path) -> None:
    """A misspelt setting ends the run before it begins."""
    with pytest.raises(SystemExit, match="epoch=3: no number of that name"):
        main([str(tmp_path), "--evaluation", str(tmp_path), "--set", "epoch=3"])


def test_measures_by_hand() -> None:
    """First query answered at rank 2, second at ranks 1 and 3 of its two."""
    ranked = np.array([[False, True, False], [True, False, True]])
    ideal = 1 + 1 / np.log2(3)
    assert ndcg(ranked) == pytest.approx((1 / np.log2(3) + (1 + 1 / 2) / ideal) / 2)
    assert precision_at_1(ranked) == 0.5
    assert recall(ranked, 2) == pytest.approx((1 + 0.5) / 2)
