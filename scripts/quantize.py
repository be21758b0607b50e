"""Makes a folder of a transformer model in 8-bit numbers: `python -m scripts.quantize MODEL FOLDER --engine openvino`.

Index with it as `--model openvino:FOLDER`. What it costs in quality, `python -m scripts.backend_quality` measures.

ONNX Runtime rounds weights when the file is made and what flows between layers as it runs; the file is made for what
this machine's processor can do. OpenVINO rounds both with scales taken from texts: the sample articles, in all three
languages, unless others are given.
"""

import json
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from index.quantized import ENGINES
from index.transformer import prompts_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SAMPLES = Path(__file__).parents[1] / "samples" / "news.jsonl"
_CALIBRATION_TEXTS = 300


@click.command()
@click.argument("model")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--engine", type=click.Choice(sorted(ENGINES)), required=True)
@click.option(
    "--texts",
    type=click.Path(exists=True, path_type=Path),
    default=SAMPLES,
    help="JSON lines to calibrate OpenVINO with.",
)
def main(model: str, folder: Path, engine: str, texts: Path) -> None:
    """Write MODEL, a name or a folder, to FOLDER with an 8-bit file for an engine."""
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(model, device="cpu", backend=engine, model_kwargs={"export": True})
    query, passage = prompts_of(model, loaded.prompts)
    loaded.prompts = {"query": query, "document": passage}  # the folder may have another name
    loaded.save(str(folder))
    {"onnx": _quantize_onnx, "openvino": _quantize_openvino}[engine](loaded, folder, _passages(texts, passage))
    for path in sorted((folder / engine).iterdir()):
        click.echo(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


def _passages(texts: Path, prompt: str) -> Iterator[str]:
    """Texts of all parts of a file of JSON lines."""
    lines = texts.read_text(encoding="utf-8").splitlines()
    for line in lines[:: max(1, len(lines) // _CALIBRATION_TEXTS)][:_CALIBRATION_TEXTS]:
        yield prompt + json.loads(line)["text"]


def _quantize_onnx(model: "SentenceTransformer", folder: Path, texts: Iterator[str]) -> None:
    from sentence_transformers import export_dynamic_quantized_onnx_model

    export_dynamic_quantized_onnx_model(model, _processor(), str(folder))
    (folder / "onnx" / "model.onnx").unlink()


def _processor() -> Any:
    """What the 8-bit file is made for. Processors without VNNI add up 8-bit products in 16 bits, which may overflow."""
    if platform.machine() in ("aarch64", "arm64"):
        return "arm64"
    facts = Path("/proc/cpuinfo")
    return "avx512_vnni" if facts.is_file() and "avx512_vnni" in facts.read_text() else "avx2"


def _quantize_openvino(model: "SentenceTransformer", folder: Path, texts: Iterator[str]) -> None:
    import nncf
    from optimum.intel.openvino import OVCalibrationDataset, OVConfig, OVQuantizationConfig, OVQuantizer

    place = folder / "openvino"
    quantizer = OVQuantizer.from_pretrained(model[0].auto_model)
    examples = OVCalibrationDataset(nncf.Dataset(_tokenized(model, list(texts))))
    quantizer.quantize(examples, folder, OVConfig(quantization_config=OVQuantizationConfig()))
    for ending in ("xml", "bin"):
        (place / f"openvino_model.{ending}").replace(place / f"openvino_model_qint8_quantized.{ending}")


def _tokenized(model: "SentenceTransformer", texts: Sequence[str]) -> list[dict[str, Any]]:
    """What the engine is given for each text."""
    inner = model[0].auto_model
    length = min(bound for bound in (model.max_seq_length, inner.config.max_position_embeddings) if bound)
    tokens = (model.tokenizer([text], truncation=True, max_length=length, return_tensors="np") for text in texts)
    # Some tokenizers leave out the numbers of the sentences, which are all zero.
    return [{name: one.get(name, np.zeros_like(one["input_ids"])) for name in inner.input_names} for one in tokens]


if __name__ == "__main__":
    main()
