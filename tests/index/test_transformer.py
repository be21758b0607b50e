"""Transformer models: asked as they were trained, known by what they are, and one sentence where there is none."""

from pathlib import Path

import numpy as np
import pytest

from index.encoder import load_encoder
from index.errors import ModelError
from index.transformer import TransformerEncoder, prompts_of


def by_sentence_transformers(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model twice, with prompts and without, in folders `model` and `tiny-e5`."""
    folder = tmp_path_factory.mktemp("transformer")
    save_transformer(folder / "model", {"query": "ask: ", "passage": "tell: "})
    save_transformer(folder / "tiny-e5")
    return folder


def save_transformer(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A transformer of two layers and sixteen dimensions, saved by sentence-transformers; always the same."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    folder.mkdir()
    letters = "abcdefghijklmnopqrstuvwxyz:"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    pieces = BertWordPieceTokenizer({word: number for number, word in enumerate(vocabulary)})
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    PreTrainedTokenizerFast(tokenizer_object=pieces._tokenizer, **special).save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder / "bert")
    modules = [Transformer(str(folder / "bert")), Pooling(16)]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


def test_transformer_uses_its_own_prompts(transformer: Path) -> None:
    """Queries and passages get the prompts that the model stores."""
    encoder = load_encoder(str(transformer / "model"))
    assert isinstance(encoder, TransformerEncoder)
    plain = by_sentence_transformers(transformer / "model", ["ask: rome", "tell: rome"])
    np.testing.assert_allclose(encoder.encode_queries(["rome"])[0], plain[0], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(["rome"])[0], plain[1], atol=1e-5)
    assert encoder.dimensions == 16
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, 16)


def test_e5_gets_the_prompts_it_was_trained_with(transformer: Path) -> None:
    """A model called e5 that stores no prompts is asked as its card says."""
    encoder = load_encoder(str(transformer / "tiny-e5"))
    plain = by_sentence_transformers(transformer / "tiny-e5", ["query: rome", "passage: rome"])
    np.testing.assert_allclose(encoder.encode_queries(["rome"])[0], plain[0], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(["rome"])[0], plain[1], atol=1e-5)


def test_transformer_fingerprint_follows_weights_and_prompts(transformer: Path) -> None:
    """Reading twice gives one fingerprint; other prompts give another."""
    first, again = (load_encoder(str(transformer / "model")).fingerprint for _ in range(2))
    assert first == again != load_encoder(str(transformer / "tiny-e5")).fingerprint


@pytest.mark.parametrize(
    ("name", "stored", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, ("query: ", "passage: ")),
        ("/models/e5-base/", {"query": None, "document": None}, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-small", {"query": "q "}, ("q ", "")),
        ("a/e5", {"query": "", "document": "d "}, ("", "d ")),
        ("org/free500-base", {}, ("", "")),
        ("some/model", {"query": "ask ", "document": None, "corpus": "tell "}, ("ask ", "tell ")),
    ],
)
def test_prompts(name: str, stored: dict[str, str | None], expected: tuple[str, str]) -> None:
    """Stored prompts win; E5 alone has prompts that it does not store."""
    assert prompts_of(name, stored) == expected


def test_instruct_e5_has_an_instruction_for_queries_only() -> None:
    """multilingual-e5-large-instruct wants its instruction before a query and nothing before a passage."""
    query, passage = prompts_of("intfloat/multilingual-e5-large-instruct", {})
    assert query.startswith("Instruct: ")
    assert query.endswith("\nQuery: ")
    assert passage == ""


def test_model_that_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no folder, not cached and not on a reachable hub ends in one sentence."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"there is no embedding model nobody/nothing: .*; check the name"):
        load_encoder("nobody/nothing")


def test_folder_that_is_no_model(tmp_path: Path) -> None:
    """A folder without a model is said to be none, and the hub is not asked."""
    with pytest.raises(ModelError, match=r"cannot be read .*expected a folder"):
        load_encoder(str(tmp_path))
