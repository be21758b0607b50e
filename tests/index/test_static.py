"""Static models: our own reader agrees with sentence-transformers, and says plainly what it cannot read."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from index import static as static_module
from index.encoder import BUNDLED_FOLDER, load_encoder
from index.errors import ModelError
from index.static import StaticEncoder
from index.tokens import WordTokens
from scripts.training.export import export
from scripts.training.tokenizer import train_tokenizer

TEXTS = [
    "Haftar meets Putin in Moscow",
    "مُحَمَّدٌ وَالكِتَابُ في المَدْرَسَةِ",
    "پوٹن اور حفتر کی ماسکو میں ملاقات ۔ کے‌لیے",
    "Gaza غزة غزہ 2024 ٢٠٢٤ ۲۰۲۴ والحكومة2024وقال",
    "",
    "x",
    "ء",
    "\u0301\u064b a\u0301\u0301 \u0301",
    " \t tab\u00a0no-break\u2003em\u000bvt\x1cfile\u2028line \r\n ",
    'don\'t «quote»، سؤال؟ جملہ۔ e-mail_x a/b [1] {٢} U.S.-led–war — (و)الكتاب "ي"',
    "news 📰 🇵🇰 👩‍👩‍👧 done",
    "ﷺ ﻻ ﬁnd ½ ´x ＡＢＣ ß İstanbul ΣΑΣ",
    "कुछ 漢字 слово",
    "المفاوضات negotiations مذاکرات " * 3000,
]


def counted(words: str) -> dict[str, dict[str, float]]:
    return {"en": dict.fromkeys(words.split(), 3.0)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static model of 300 tokens and 8 dimensions, whose tokenizer is the real one in small."""
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = train_tokenizer(counted("محمد کتاب ال وال haftar putin 2024 پوٹن حکومت"), 300, 1.0)
    vectors = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    export(folder, tokenizer, vectors, "int8")
    return folder


def by_sentence_transformers(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)


@pytest.mark.parametrize("precision", ["int8", "float16"])
def test_equals_sentence_transformers(tiny: Path, tmp_path: Path, precision: str) -> None:
    """Every kind of text gets the vector that sentence-transformers gives it."""
    tokenizer = train_tokenizer(counted("محمد کتاب ال وال haftar putin 2024 پوٹن"), 300, 1.0)
    vectors = np.random.default_rng(1).normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    export(tmp_path, tokenizer, vectors, precision)
    np.testing.assert_allclose(
        load_encoder(str(tmp_path)).encode_passages(TEXTS), by_sentence_transformers(tmp_path, TEXTS), atol=1e-3
    )


def test_bundled_equals_sentence_transformers() -> None:
    """The shipped model reads the same both ways."""
    np.testing.assert_allclose(
        load_encoder().encode_passages(TEXTS), by_sentence_transformers(BUNDLED_FOLDER, TEXTS), atol=1e-3
    )


def test_whole_text_road_gives_the_same(tiny: Path) -> None:
    """A model that does not say what a word is to it is tokenised whole, to the same vectors."""
    (tiny / "config_sentence_transformers.json").rename(tiny / "kept.json")
    try:
        whole = StaticEncoder.load(tiny, "tiny")
    finally:
        (tiny / "kept.json").rename(tiny / "config_sentence_transformers.json")
    by_words = StaticEncoder.load(tiny, "tiny")
    assert whole._words is None
    assert by_words._words is not None
    np.testing.assert_allclose(whole.encode_passages(TEXTS), by_words.encode_passages(TEXTS), atol=1e-5)


def test_small_portions_change_nothing(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of two texts in threads of their own, and a memory of three words, give the same vectors."""
    expected = load_encoder(str(tiny)).encode_passages(TEXTS)
    monkeypatch.setattr(static_module, "TEXTS_AT_ONCE", 2)
    cramped = StaticEncoder.load(tiny, "tiny")
    assert cramped._words is not None
    cramped._words._limit = 3
    np.testing.assert_allclose(cramped.encode_passages(TEXTS), expected, atol=1e-5)


def test_many_texts_are_summed_as_few_are(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sparse product and the plain sum agree."""
    encoder = load_encoder(str(tiny))
    monkeypatch.setattr(static_module, "MANY_TEXTS", 1)
    sparse = encoder.encode_passages(TEXTS)
    monkeypatch.setattr(static_module, "MANY_TEXTS", len(TEXTS) + 1)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), sparse, atol=1e-5)


def test_word_pattern_that_is_none(tiny: Path, tmp_path: Path) -> None:
    """A configuration whose word_pattern is no regular expression is named."""
    shutil.copytree(tiny, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config_sentence_transformers.json").write_text('{"word_pattern": "["}', encoding="utf-8")
    with pytest.raises(ModelError, match=r"config_sentence_transformers\.json cannot be used .*regular expression"):
        load_encoder(str(tmp_path))


def test_spellings_of_one_word_share_a_vector(tiny: Path) -> None:
    """Marks, letter variants, digit sets and case make no difference."""
    vectors = load_encoder(str(tiny)).encode_queries(["كِتَابٌ ٢٠٢٤ Putin", "کتاب ۲۰۲۴ putin"])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_rows_are_unit_or_zero(tiny: Path) -> None:
    """A text with known tokens has length one; an empty one is all zeros."""
    vectors = load_encoder(str(tiny)).encode_passages(["putin", "", "   ", "📰"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 0, 0], atol=1e-6)


def test_no_texts(tiny: Path) -> None:
    """An empty list gives an empty matrix of the right width."""
    encoder = load_encoder(str(tiny))
    assert encoder.encode_queries([]).shape == (0, 8)
    assert encoder.encode_passages([]).shape == (0, encoder.dimensions)


def test_threads_read_together(tiny: Path) -> None:
    """Eight threads that share an encoder and its small memory all get the right vectors."""
    texts = [f"putin {n} محمد {n * 7}" for n in range(300)]
    expected = load_encoder(str(tiny)).encode_passages(texts)
    shared = StaticEncoder.load(tiny, "tiny")
    assert shared._words is not None
    shared._words._limit = 50
    wrong: list[int] = []

    def read(turn: int) -> None:
        order = np.random.default_rng(turn).permutation(len(texts))
        for part in np.array_split(order, 30):
            found = shared.encode_passages([texts[i] for i in part])
            if not np.allclose(found, expected[part], atol=1e-5):
                wrong.append(turn)

    threads = [threading.Thread(target=read, args=(turn,)) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_words_are_tokenised_once(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that was seen is looked up, not tokenised again."""
    encoder = StaticEncoder.load(tiny, "tiny")
    encoder.encode_passages(["putin haftar"])

    def refuse(self: WordTokens, words: list[str]) -> None:
        raise AssertionError(f"learned again: {words}")

    monkeypatch.setattr(WordTokens, "_learn", refuse)
    encoder.encode_passages(["haftar putin putin"])


def test_fingerprint_follows_the_files(tiny: Path, tmp_path: Path) -> None:
    """Equal files have equal fingerprints whatever the name; other weights have another."""
    tokenizer = train_tokenizer(counted("a b"), 300, 1.0)
    for name, value in (("one", 1.0), ("same", 1.0), ("other", 2.0)):
        vectors = np.linspace(-1, value, tokenizer.get_vocab_size() * 2, dtype=np.float32).reshape(-1, 2)
        export(tmp_path / name, tokenizer, vectors, "float16")
    one, same, other = (load_encoder(str(tmp_path / n)).fingerprint for n in ("one", "same", "other"))
    assert one == same != other


def test_bundled_model_needs_no_torch() -> None:
    """Encoding with the bundled model imports neither torch nor transformers nor sentence-transformers."""
    code = (
        "import sys\nfrom index.encoder import load_encoder\n"
        "print(load_encoder().encode_queries(['Putin پوتین']).shape[0])\n"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["1", "[]"]


def test_missing_file_is_a_model_error(tiny: Path, tmp_path: Path) -> None:
    """A static model without its weights is named, with what was expected."""
    for part in ("modules.json", "tokenizer.json"):
        (tmp_path / part).write_bytes((tiny / part).read_bytes())
    with pytest.raises(ModelError, match=r"cannot be read .*expected tokenizer\.json"):
        load_encoder(str(tmp_path))


def test_vectors_too_few_is_a_model_error(tiny: Path, tmp_path: Path) -> None:
    """A tokenizer and weights of different models are not used together."""
    tokenizer = train_tokenizer(counted("a b c"), 300, 1.0)
    export(tmp_path, tokenizer, np.ones((2, 4), np.float32), "float16")
    with pytest.raises(ModelError, match=f"{tokenizer.get_vocab_size()} tokens but 2 vectors"):
        load_encoder(str(tmp_path))


def test_bundled_fits_its_budget() -> None:
    """The shipped folder is at most 30 MB and holds no file that git would refuse."""
    sizes = [path.stat().st_size for path in BUNDLED_FOLDER.rglob("*") if path.is_file()]
    assert sum(sizes) <= 30_000_000
