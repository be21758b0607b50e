"""Transformer models in 8-bit numbers, by engines that are made for CPUs: sentence-transformers' own backends.

    onnx:NAME_OR_PATH       ONNX Runtime
    openvino:NAME_OR_PATH   OpenVINO

The engine is part of the model's name, so that it is written down with it and asks as it answered. A model comes with
its 8-bit file, or `scripts/quantize.py` makes one: nothing is exported on the way, which would take long each time.
"""

import platform
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from index.errors import ModelError
from index.hub import cached, check_hub, download
from index.transformer import TransformerEncoder, fingerprint_of


@dataclass(frozen=True, slots=True)
class Engine:
    """What runs 8-bit models: its name, the package that brings it, and the files it reads, the preferred first.

    Of `texts_at_once`, no vector may depend on its neighbours.
    """

    name: Literal["onnx", "openvino"]
    package: str
    files: tuple[str, ...]
    texts_at_once: int
    options: dict[str, str]


_ARM = ("onnx/model_qint8_arm64.onnx",)
_X86 = ("onnx/model_qint8_avx512_vnni.onnx", "onnx/model_qint8_avx512.onnx", "onnx/model_quint8_avx2.onnx")
_ANY = ("onnx/model_quantized.onnx", "onnx/model_int8.onnx")

ENGINES = {
    "onnx": Engine(
        "onnx",
        "onnxruntime",
        (*_ARM, *_ANY, *_X86) if platform.machine() in ("aarch64", "arm64") else (*_X86, *_ANY, *_ARM),
        texts_at_once=1,  # it takes one scale for all numbers that flow between two layers, whichever text they are of
        options={"provider": "CPUExecutionProvider"},
    ),
    "openvino": Engine(
        "openvino", "openvino", ("openvino/openvino_model_qint8_quantized.xml",), texts_at_once=32, options={}
    ),
}


def parted(name: str) -> tuple[Engine | None, str]:
    """The engine that a name begins with, if it does, and the model.

    >>> parted("onnx:intfloat/multilingual-e5-small")[1], parted("intfloat/multilingual-e5-small")
    ('intfloat/multilingual-e5-small', (None, 'intfloat/multilingual-e5-small'))
    """
    engine, colon, model = name.partition(":")
    return (ENGINES[engine], model) if colon and engine in ENGINES else (None, name)


def load_quantized(engine: Engine, model: str) -> TransformerEncoder:
    """The encoder of a model's 8-bit file.

    Raises ModelError where the engine is not installed, or there is no such model or file, or it cannot be read.
    """
    name = f"{engine.name}:{model}"
    _check_installed(engine, name)
    file = _file(engine, model)
    from sentence_transformers import SentenceTransformer

    try:
        loaded = SentenceTransformer(
            str(file.parents[1]),
            device="cpu",
            backend=engine.name,
            local_files_only=True,
            model_kwargs={"file_name": file.name, **engine.options},
        )
    except _unreadable(engine) as problem:
        # OpenVINO says last what is wrong, after where in its own code that was found.
        said = str(problem).strip().splitlines()[-1:] or [type(problem).__name__]
        raise ModelError(
            f"the embedding model {name} cannot be read ({said[0]}): expected files as scripts/quantize.py "
            f"writes them; make them again, or name another with --model"
        ) from problem
    # OpenVINO's weights lie beside the file, under the same name.
    parts = [path for path in (file, file.with_suffix(".bin")) if path.is_file()]
    return TransformerEncoder(name, fingerprint_of(loaded, parts), loaded, engine.texts_at_once)


def _unreadable(engine: Engine) -> tuple[type[Exception], ...]:
    """What is raised for files that cannot be read."""
    common = (OSError, ValueError, KeyError, RuntimeError)
    if engine.name != "onnx":
        return common
    from onnxruntime.capi import onnxruntime_pybind11_state as onnx

    return (*common, onnx.Fail, onnx.InvalidArgument, onnx.InvalidGraph, onnx.InvalidProtobuf, onnx.NotImplemented)


def _check_installed(engine: Engine, name: str) -> None:
    # `optimum` is what sentence-transformers reaches the engines through.
    if find_spec("optimum") is None or find_spec(engine.package) is None:
        raise ModelError(
            f"the embedding model {name} needs {engine.package}, which is not installed; install it with: "
            f"pip install 'hudhud[{engine.name}]'"
        )


def _file(engine: Engine, model: str) -> Path:
    """The 8-bit file of a model, in a folder, in the hub's cache, or fetched from the hub."""
    if Path(model).is_dir():
        found = _first(engine, Path(model))
    else:
        found = _first(engine, cached(model))
        if found is None:
            check_hub(model)
            found = _first(engine, download(model, ("*.json", "*.txt", "*.model", *engine.files, *_weights(engine))))
    if found is None:
        raise ModelError(
            f"the embedding model {model} has no 8-bit file for {engine.name}: expected {engine.files[0]}; make one: "
            f"python -m scripts.quantize {model} FOLDER --engine {engine.name}, then name {engine.name}:FOLDER"
        )
    return found


def _first(engine: Engine, folder: Path | None) -> Path | None:
    """The first of an engine's files that is in a folder."""
    if folder is None:
        return None
    return next((folder / name for name in engine.files if (folder / name).is_file()), None)


def _weights(engine: Engine) -> list[str]:
    return [name.removesuffix(".xml") + ".bin" for name in engine.files if name.endswith(".xml")]
