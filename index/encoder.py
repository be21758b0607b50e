"""Text to unit vectors: which kind of model a name stands for.

load_encoder("bundled")         StaticEncoder over index/model/, with tokenizers and numpy alone
load_encoder("path/to/static")  the same for any folder in the StaticEmbedding layout
load_encoder("any/other")       TransformerEncoder, through sentence-transformers (imported only then)
load_encoder("onnx:any/other")  the same model in 8-bit numbers, by an engine made for CPUs; also `openvino:`
"""

from functools import lru_cache
from pathlib import Path

from index.quantized import load_quantized, parted
from index.static import StaticEncoder, is_static
from index.transformer import TransformerEncoder
from index.types import Encoder

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "model"


def load_encoder(name: str = BUNDLED) -> Encoder:
    """The encoder called `name`: `bundled`, a local folder, or a model of the Hugging Face hub, maybe with an engine.

    Raises ModelError where there is no such model, or its files cannot be read.
    """
    if name == BUNDLED:
        return _bundled()
    engine, model = parted(name)
    if engine:
        return load_quantized(engine, model)
    if is_static(Path(name)):
        return StaticEncoder.load(Path(name), name)
    return TransformerEncoder.load(name)


@lru_cache(maxsize=1)
def _bundled() -> "StaticEncoder":
    """The bundled model, once in a process: every generation that is opened uses the same."""
    return StaticEncoder.load(BUNDLED_FOLDER, BUNDLED)


def public_name(name: str) -> str:
    """A model's name for anyone to see: of a folder its last part, since where it lies is no one's business.

    >>> public_name("/srv/models/ours"), public_name("intfloat/multilingual-e5-small"), public_name("onnx:./ours")
    ('ours', 'intfloat/multilingual-e5-small', 'onnx:ours')
    """
    engine, model = parted(name)
    shown = Path(model).name if Path(model).is_absolute() or model.startswith((".", "~")) else model
    return f"{engine.name}:{shown}" if engine else shown
