"""8-bit models: which file an engine is given, what makes two of them the same, and one sentence for what is missing.

The engines want older packages than the rest, so most of these tests put something in their place; the last ones run
where they are installed.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index import quantized
from index.build import build_index
from index.embeddings import CachedEncoder, kept_embeddings
from index.encoder import load_encoder
from index.errors import ModelError
from index.generations import Generations
from index.manifest import Manifest
from index.quantized import ENGINES, parted
from index.settings import IndexSettings
from index.transformer import TransformerEncoder
from tests.fakes import FakeEncoder, write_json_lines
from tests.index.test_transformer import save_transformer

ROOT = Path(__file__).parents[2]
VNNI, AVX2 = "onnx/model_qint8_avx512_vnni.onnx", "onnx/model_quint8_avx2.onnx"
XML, BIN = "openvino/openvino_model_qint8_quantized.xml", "openvino/openvino_model_qint8_quantized.bin"


class InvalidProtobuf(Exception):
    """Stands for those of ONNX Runtime, which have no parent of their own."""


class Loaded:
    """What sentence-transformers gives for a folder; remembers what it was asked for."""

    asked: list[dict[str, Any]] = []  # noqa: RUF012  # emptied by a fixture
    prompts: dict[str, str | None] = {"query": "ask: ", "document": "tell: "}  # noqa: RUF012
    max_seq_length = 128
    tokenizer = SimpleNamespace(get_vocab=lambda: {"a": 0})

    def __init__(self, folder: str, **named: Any) -> None:
        self.asked.append({"folder": folder, **named})

    def state_dict(self) -> dict[str, Any]:
        return {}

    def get_embedding_dimension(self) -> int:
        return FakeEncoder.dimensions

    def encode_document(self, texts: list[str], **named: Any) -> Any:
        self.asked.append(named)
        return FakeEncoder().encode_passages(texts)

    encode_query = encode_document


def model_of(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"content of {name}")
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines seem to be installed, and every folder to be read by them."""
    monkeypatch.setattr(quantized, "find_spec", lambda name: name)
    whole = quantized._unreadable
    monkeypatch.setattr(quantized, "_unreadable", lambda engine: (*whole(ENGINES["openvino"]), InvalidProtobuf))
    monkeypatch.setattr("sentence_transformers.SentenceTransformer", Loaded)
    Loaded.asked.clear()


@pytest.mark.parametrize(
    ("name", "engine", "model"),
    [
        ("onnx:intfloat/multilingual-e5-small", "onnx", "intfloat/multilingual-e5-small"),
        ("openvino:./models/ours", "openvino", "./models/ours"),
        ("bundled", None, "bundled"),
        ("torch:x", None, "torch:x"),
        ("onnx", None, "onnx"),
    ],
)
def test_the_engine_is_what_a_name_begins_with(name: str, engine: str | None, model: str) -> None:
    found, rest = parted(name)
    assert (found.name if found else None, rest) == (engine, model)


@pytest.mark.parametrize(
    ("engine", "files", "file"),
    [
        ("onnx", [VNNI, AVX2], "model_qint8_avx512_vnni.onnx"),
        ("onnx", ["onnx/model.onnx", AVX2], "model_quint8_avx2.onnx"),
        ("onnx", ["onnx/model.onnx", "onnx/model_quantized.onnx"], "model_quantized.onnx"),
        ("openvino", [XML, BIN, "openvino/openvino_model.xml"], "openvino_model_qint8_quantized.xml"),
    ],
)
def test_the_8_bit_file_is_what_the_engine_is_given(
    installed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, files: list[str], file: str
) -> None:
    """Never one in full precision, and nothing is exported or fetched."""
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    folder = model_of(tmp_path / "ours", *files)
    encoder = load_encoder(f"{engine}:{folder}")
    assert encoder.name == f"{engine}:{folder}"
    [asked] = Loaded.asked
    assert (asked["folder"], asked["backend"], asked["local_files_only"]) == (str(folder), engine, True)
    assert asked["model_kwargs"]["file_name"] == file
    assert asked["device"] == "cpu"


@pytest.mark.parametrize(("engine", "at_once"), [("onnx", 1), ("openvino", 32)])
def test_no_vector_depends_on_what_is_embedded_beside_it(
    installed: None, tmp_path: Path, engine: str, at_once: int
) -> None:
    """ONNX Runtime scales all that it is given together by the largest number in it."""
    encoder = load_encoder(f"{engine}:{model_of(tmp_path, VNNI, XML, BIN)}")
    encoder.encode_passages(["rome"])
    encoder.encode_queries(["rome"])
    assert [asked["batch_size"] for asked in Loaded.asked[1:]] == [at_once, at_once]
    assert [asked["prompt"] for asked in Loaded.asked[1:]] == ["tell: ", "ask: "]


@pytest.mark.parametrize(("engine", "part"), [("onnx", VNNI), ("openvino", XML), ("openvino", BIN)])
def test_other_weights_are_another_model(installed: None, tmp_path: Path, engine: str, part: str) -> None:
    folder = model_of(tmp_path / "ours", VNNI, XML, BIN)
    same = model_of(tmp_path / "same", VNNI, XML, BIN)
    first = load_encoder(f"{engine}:{folder}").fingerprint
    assert load_encoder(f"{engine}:{same}").fingerprint == first
    (folder / part).write_text("other weights")
    assert load_encoder(f"{engine}:{folder}").fingerprint != first


def test_two_engines_are_two_models(installed: None, tmp_path: Path) -> None:
    folder = model_of(tmp_path, VNNI, XML, BIN)
    assert load_encoder(f"onnx:{folder}").fingerprint != load_encoder(f"openvino:{folder}").fingerprint


def test_the_manifest_names_the_engine(installed: None, tmp_path: Path) -> None:
    """So a server asks with what the index was made with."""
    model = f"openvino:{model_of(tmp_path / 'ours', XML, BIN)}"
    source = write_json_lines(tmp_path / "news.jsonl", [{"id": "1", "text": "Rome fell.", "language": "en"}])
    build_index([source], tmp_path / "index", IndexSettings(model=model), load_encoder(model), FakeEncoder())
    manifest = Manifest.read(Generations(tmp_path / "index").current())
    assert manifest.model == model
    assert load_encoder(manifest.model).fingerprint == manifest.model_fingerprint


def test_vectors_of_8_bit_models_are_kept_too(installed: None, tmp_path: Path) -> None:
    with kept_embeddings(tmp_path, load_encoder(f"onnx:{model_of(tmp_path / 'ours', VNNI)}")) as encoder:
        assert isinstance(encoder, CachedEncoder)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_the_engine_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr(quantized, "find_spec", lambda name: None)
    with pytest.raises(
        ModelError, match=rf"which is not installed; install it with: pip install 'hudhud\[{engine}\]'$"
    ):
        load_encoder(f"{engine}:{model_of(tmp_path, VNNI, XML, BIN)}")


@pytest.mark.parametrize("engine", ENGINES)
def test_without_an_8_bit_file_it_says_how_to_make_one(installed: None, tmp_path: Path, engine: str) -> None:
    folder = model_of(tmp_path / "ours", "model.safetensors")
    with pytest.raises(ModelError, match=f"python -m scripts.quantize {folder} FOLDER --engine {engine}, then name"):
        load_encoder(f"{engine}:{folder}")


@pytest.mark.parametrize(
    ("engine", "problem", "said"),
    [
        (
            "openvino",
            RuntimeError("Exception from core.cpp:84:\nStart-end tags mismatch\n\n"),
            "(Start-end tags mismatch)",
        ),
        ("onnx", OSError("no such file"), "(no such file)"),
        ("onnx", InvalidProtobuf(), "(InvalidProtobuf)"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    installed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, problem: Any, said: str
) -> None:
    def fail(*_: object, **named: object) -> None:
        raise problem

    monkeypatch.setattr("sentence_transformers.SentenceTransformer", fail)
    folder = model_of(tmp_path, VNNI, XML, BIN)
    with pytest.raises(ModelError) as raised:
        load_encoder(f"{engine}:{folder}")
    assert f"the embedding model {engine}:{folder} cannot be read {said}: expected files as" in str(raised.value)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the hub that holds one model, with an 8-bit file for ONNX Runtime and none for OpenVINO."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    place = tmp_path / "models--nobody--small"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text("abc")
    return model_of(place / "snapshots" / "abc", VNNI, "config.json")


def test_a_model_of_the_hub_is_read_from_its_cache(installed: None, hub: Path) -> None:
    encoder = load_encoder("onnx:nobody/small")
    assert encoder.name == "onnx:nobody/small"
    assert Loaded.asked[0]["folder"] == str(hub)


@pytest.mark.parametrize("name", ["openvino:nobody/small", "onnx:nobody/other"])
def test_what_is_not_in_the_cache_is_looked_for_at_the_hub(installed: None, hub: Path, name: str) -> None:
    with pytest.raises(ModelError, match=r"there is no embedding model nobody/\w+: .*HF_HUB_OFFLINE is set"):
        load_encoder(name)


def test_only_what_an_engine_reads_is_fetched(
    installed: None, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the weights in full precision."""
    asked: list[tuple[str, ...]] = []

    def download(name: str, patterns: tuple[str, ...]) -> Path:
        asked.append(patterns)
        return model_of(tmp_path / "fetched", XML, BIN)

    monkeypatch.setattr(quantized, "check_hub", lambda name: None)
    monkeypatch.setattr(quantized, "download", download)
    load_encoder("openvino:nobody/small")
    assert asked == [("*.json", "*.txt", "*.model", XML, BIN)]


@pytest.mark.filterwarnings("ignore")  # of packages that are older than what they run with
@pytest.mark.parametrize("engine", ENGINES)
def test_a_real_model_in_8_bit_numbers(tmp_path: Path, engine: str) -> None:
    """A transformer of random weights keeps its directions, whatever is embedded beside a text."""
    if find_spec("optimum") is None or find_spec(ENGINES[engine].package) is None:
        pytest.skip(f"hudhud[{engine}] is not installed")
    plain = save_transformer(tmp_path / "plain")
    command = [sys.executable, "-m", "scripts.quantize", str(plain), str(tmp_path / "small"), "--engine", engine]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    texts = [f"rome {n} milan" for n in range(40)]
    one, other = load_encoder(str(plain)), load_encoder(f"{engine}:{tmp_path / 'small'}")
    vectors = other.encode_passages(texts)
    assert ((one.encode_passages(texts) * vectors).sum(axis=1) > 0.9).all()
    np.testing.assert_array_equal(other.encode_passages(texts[3:4]), vectors[3:4])
    assert isinstance(other, TransformerEncoder)
    shutil.rmtree(tmp_path / "plain")
    assert load_encoder(f"{engine}:{tmp_path / 'small'}").fingerprint == other.fingerprint
