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
from scripts.training.batches import Batch
from scripts.training.corpus import capped, find_sources, read_corpus
from scripts.training.glossary import HEADER, read_glossary
from scripts.training.pieces import Pieces, Ragged
from scripts.training.prepared import Inputs, Prepared, key_of_run
from scripts.training.report import Leading, ndcg, precision_at_1, recall
from scripts.training.settings import TrainingSettings
from scripts.training.texts import read_passages, read_sentences
from scripts.training.tokenizer import normaliser, pre_tokeniser, train_tokenizer
from scripts.training.trainer import TrainingState, contrast, rate_at, same_text
from scripts.training.translator import Translator, build_translators, stems
from scripts.training.views import ViewMaker
from scripts.training.whitening import text_vectors, whitened

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
    held = ["SECRET question ١٢", "السؤال السري رقم 12", "یه خفيه سوال نمبر 7 هے"]
    (evaluation / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": str(i), "text": text}) for i, text in enumerate(held)), encoding="utf-8"
    )
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "sentences-a.tsv").write_text(
        "en\tar\tur\nRain fell all night.\tهطل المطر طوال الليل.\tساری رات بارش ہوتی رہی۔\n"
        "Secret question 12?\tسؤال\tسوال\n",
        encoding="utf-8",
    )
    passage = {"en": "The bridge opened in May.", "ar": "افتتح الجسر في مايو.", "ur": "پل مئی میں کھلا۔"}
    questions = [
        {"en": "When did the bridge open?", "ar": "متى افتتح الجسر؟", "ur": "پل کب کھلا؟"},
        {"en": "Another one?", "ar": "السؤال السري رقم 12", "ur": "ایک اور؟"},
    ]
    (texts / "passages-a.jsonl").write_text(
        json.dumps({"passage": passage, "questions": questions}, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (tmp_path / "glossary.tsv").write_text(
        f"{HEADER}\nverb\tmeet|met\tالتقى|يلتقي\tملاقات کرنا|ملے\tmulaqat karna\n", encoding="utf-8"
    )
    return tmp_path


def texts_of(ragged: Ragged, names: list[str]) -> list[str]:
    return [" ".join(names[p] for p in ragged[i]) for i in range(len(ragged))]


def corpus_of(data: Path, settings: TrainingSettings = SMALL):
    return read_corpus(data / "train", data / "glossary.tsv", data / "texts", data / "eval", settings)


def test_evaluation_texts_are_left_out(data: Path) -> None:
    """A row with an evaluation text on either side is dropped, whatever its case, marks, letters and digits."""
    corpus = corpus_of(data)
    sentences = [group for group in corpus.pairs if group.kind == "everyday"]
    assert [texts_of(group.left, corpus.pieces.names) for group in sentences] == [
        ["the minister met the president in rome"]
    ]
    urdu = texts_of(corpus.paragraphs["ur"], corpus.pieces.names)
    assert len(urdu) == 9 + 1
    assert not any("خفیہ" in text for text in urdu)


def test_only_the_licences_asked_for_are_read(data: Path) -> None:
    """`unstated` files are opened only where the setting names them."""
    assert len(corpus_of(data).paragraphs["en"]) == 1  # our own
    assert len(corpus_of(data, replace(SMALL, licences=("open", "unstated"))).paragraphs["en"]) == 2


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


def test_pairs_meet_the_language_they_lack() -> None:
    """Each side is put into the third language for a third of the rows; in the rest a text meets its translation."""
    words = ["one", "wahid", "aik"]
    into = {("en", "ur"): Translator.of({0: {(2,): 1.0}}, 3), ("ar", "ur"): Translator.of({1: {(2,): 1.0}}, 3)}
    views = ViewMaker(into, words, SMALL)
    seen = set()
    for seed in range(8):
        left, right = views.in_third(
            ("en", "ar"), Ragged.of([[0]] * 3), Ragged.of([[1]] * 3), np.random.default_rng(seed)
        )
        seen.add(tuple((words[left[i][0]], words[right[i][0]]) for i in range(3)))
    assert seen == {
        (("aik", "wahid"), ("aik", "one"), ("aik", "one")),
        (("aik", "one"), ("aik", "wahid"), ("aik", "wahid")),
    }


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
    assert loss == pytest.approx(float(expected.detach()), rel=0.02)  # products are of 16-bit numbers
    error = (seen["g"] - vectors.grad[seen["r"]]).norm() / vectors.grad.norm()
    assert float(error) < 0.02


def test_learning_rate_rises_then_falls() -> None:
    """A tenth up, the rest down to nothing."""
    settings = replace(SMALL, learning_rate=1.0, warm_up=0.1)
    assert [rate_at(step, 100, settings) for step in (0, 5, 10, 55)] == pytest.approx([0, 0.5, 1, 0.5])


def train_in(data: Path, work: Path) -> dict[str, bytes]:
    """Run the one command on the small data; the files it wrote."""
    small = ["vocabulary_size=300", "dimensions=8", "batch_size=4", "epochs=2", "views_per_epoch=20"]
    places = [("--evaluation", data / "eval"), ("--glossary", data / "glossary.tsv"), ("--texts", data / "texts")]
    places += [("--out", work / "model"), ("--work", work / "work")]
    options = [str(part) for place in places for part in place]
    main([str(data / "train"), *options, "--threads", "1", "--set", *small])
    return {path.name: path.read_bytes() for path in sorted((work / "model").glob("**/*")) if path.is_file()}


def test_one_command_makes_the_same_model_twice(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal bytes from two runs, also where the second is broken off in its last epoch and called again."""
    whole = train_in(data, tmp_path / "whole")
    assert {"model.safetensors", "tokenizer.json", "modules.json", "training.json"} <= set(whole)
    record = json.loads(whole["training.json"])
    assert record["epochs"] == 2
    assert record["rows"]["own en-ar"] == 2
    assert record["rows"]["questions"] == 1
    assert load_encoder(str(tmp_path / "whole" / "model")).encode_queries(["wazir وزیر"]).any()

    adam = trainer.adam

    def break_off(state: TrainingState, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        if state.epoch == 1:
            raise KeyboardInterrupt
        adam(state, rows, gradient, rate)

    monkeypatch.setattr(trainer, "adam", break_off)
    with pytest.raises(KeyboardInterrupt):
        train_in(data, tmp_path / "broken")
    monkeypatch.setattr(trainer, "adam", adam)
    monkeypatch.setattr(Prepared, "of", None)  # what was prepared is taken up again
    assert train_in(data, tmp_path / "broken") == whole


def test_other_data_or_settings_begin_anew(data: Path) -> None:
    """A run's key follows its settings and every file that it reads."""
    inputs = Inputs(data / "train", data / "glossary.tsv", data / "texts", data / "eval")
    key = key_of_run(inputs, SMALL)
    assert key == key_of_run(inputs, SMALL)
    assert key != key_of_run(inputs, replace(SMALL, seed=1))
    (data / "glossary.tsv").write_text(f"{HEADER}\nverb\trun\tركض\tدوڑنا\tdaurna\n", encoding="utf-8")
    assert key != key_of_run(inputs, SMALL)


def test_report_sets_each_figure_beside_its_aim(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--report` prints size and figures; a known set says whether its aim is met."""
    train_in(data, tmp_path)
    capsys.readouterr()
    held = data / "eval" / "questions"
    held.rename(data / "eval" / "tico19")
    held = data / "eval" / "tico19"
    (held / "qrels").mkdir()
    (held / "corpus.jsonl").write_text('{"_id": "a", "text": "secret", "language": "ar"}\n', encoding="utf-8")
    queries = [{"_id": "q", "text": "sir", "language": "en"}, {"_id": "r", "text": "sir", "language": "xx"}]
    (held / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (held / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\nr\ta\t1\n", encoding="utf-8")
    main(["--report", str(tmp_path / "model"), "--evaluation", str(data / "eval")])
    size, *lines = capsys.readouterr().out.splitlines()
    assert size.startswith("size, MB")
    assert [line.split() for line in lines] == [
        ["tico19", "P@1", "en→ar", "1.000", "(aim", "0.880,", "met)"],
        ["tico19", "P@1", "xx→ar", "1.000"],
    ]
    main(["--report", str(tmp_path / "model"), "--evaluation", str(data / "eval"), "--leading", "3"])
    assert "tico19 P@1 xx→ar" in capsys.readouterr().out


def test_leading_numbers_are_unit_again(data: Path, tmp_path: Path) -> None:
    """Cut vectors have length one, and point where the first numbers of the whole do."""
    train_in(data, tmp_path)
    whole = load_encoder(str(tmp_path / "model"))
    cut = Leading(whole, 3)
    found, first = cut.encode_queries(["wazir وزیر"]), whole.encode_queries(["wazir وزیر"])[:, :3]
    np.testing.assert_allclose(found, first / np.linalg.norm(first), atol=1e-6)
    assert (cut.dimensions, cut.encode_passages([]).shape) == (3, (0, 3))


def test_own_texts_are_pairs_paragraphs_and_answers(data: Path) -> None:
    """Sentences and questions pair each two languages; held-out rows are gone; a question knows its passage."""
    corpus = corpus_of(data)
    names = corpus.pieces.names
    own = {group.languages: texts_of(group.left, names) for group in corpus.pairs if group.kind == "own"}
    asked = ["rain fell all night", "when did the bridge open"]
    assert own[("en", "ar")] == own[("en", "ur")] == asked
    assert len(own[("ar", "ur")]) == 2
    assert texts_of(corpus.answers.questions["en"], names) == asked[1:]
    assert texts_of(corpus.answers.passages["ur"], names) == ["پل میی میں کہلا"]
    assert corpus.answers.passage_of.tolist() == [0]
    assert "the bridge opened in may" in texts_of(corpus.paragraphs["en"], names)


def test_broken_texts_are_errors(tmp_path: Path) -> None:
    """The file and line at fault are named."""
    (tmp_path / "sentences-a.tsv").write_text("en\tar\tur\nonly English\t\t\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"sentences-a\.tsv, line 2: .*expected a text in each"):
        list(read_sentences(tmp_path))
    (tmp_path / "sentences-a.tsv").write_text("english\tarabic\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"sentences-a\.tsv, line 1: .*expected"):
        list(read_sentences(tmp_path))
    (tmp_path / "passages-a.jsonl").write_text('{"passage": {"en": "x"}, "questions": []}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"passages-a\.jsonl, line 1: .*expected a passage"):
        list(read_passages(tmp_path))


def test_questions_of_one_passage_are_no_negatives(data: Path) -> None:
    """Rows of one topic are not told apart, whatever their texts."""
    batch = Batch(Ragged.of([[1], [2], [3]]), Ragged.of([[4], [5], [6]]), np.array([7, 8, 7]))
    assert same_text(batch).tolist() == [[False, False, True], [False, False, False], [True, False, False]]


def test_files_without_a_stated_licence_are_left_out(data: Path) -> None:
    """A file named in the settings is not read, though it lies among the open ones."""
    assert TrainingSettings().left_out == ("l10n-aosp-systemui",)
    groups = {group.kind for group in corpus_of(data, replace(SMALL, left_out=("news",))).pairs}
    assert "titles" not in groups


def test_whitening_evens_out_directions() -> None:
    """At strength one half, texts lie equally far along every direction; at none, distances stay."""
    random = np.random.default_rng(0)
    vectors = (random.normal(size=(50, 4)) * [4, 2, 1, 0.5]).astype(np.float32)
    texts = Ragged.of(random.integers(0, 50, (2000, 3)).tolist())
    turned = text_vectors(texts, whitened(vectors, [texts], 0.0))
    before = text_vectors(texts, vectors)
    np.testing.assert_allclose(turned @ turned.T, before @ before.T, atol=1e-4)
    even = np.linalg.eigvalsh(np.cov(text_vectors(texts, whitened(vectors, [texts], 0.5)).T))
    uneven = np.linalg.eigvalsh(np.cov(before.T))
    assert even.max() / even.min() < 3
    assert uneven.max() / uneven.min() > 10
    np.testing.assert_array_equal(whitened(vectors, [], 0.5), vectors)


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
