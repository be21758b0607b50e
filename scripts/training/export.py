"""Writes a model folder that sentence-transformers and `index/static.py` read alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from scripts.training.tokenizer import UNKNOWN, WORD_PATTERN

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def export(folder: Path, tokenizer: Tokenizer, vectors: NDArray[np.float32], precision: str) -> None:
    """Write modules.json, tokenizer.json, model.safetensors and the configuration into `folder`.

    The unknown token gets no vector, so that a text of unknown characters says nothing at all.
    """
    vectors = vectors.copy()
    vectors[tokenizer.token_to_id(UNKNOWN)] = 0
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n", encoding="utf-8")
    write_json(folder / "modules.json", MODULES)
    write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine", "word_pattern": WORD_PATTERN},
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "model.safetensors").write_bytes(save(weights_of(vectors, precision)))


def weights_of(vectors: NDArray[np.float32], precision: str) -> dict[str, NDArray[Any]]:
    """The table, and one scale a token that its row is multiplied by: the form that model2vec introduced.

    The scales are float32, so sentence-transformers computes in float32 (a float16 model of the plainer form
    gives NaN for an empty text).
    """
    if precision == "int8":
        scales = np.abs(vectors).max(axis=1).clip(1e-6) / 127
        return {"embeddings": np.round(vectors / scales[:, None]).astype(np.int8), "weights": scales}
    return {"embeddings": vectors.astype(precision), "weights": np.ones(len(vectors), np.float32)}


def write_json(path: Path, content: object) -> None:
    """Readable JSON, ending with a line break."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
