"""Text to unit vectors: which kind of model a name stands for.

load_encoder("bundled")        StaticEncoder over index/model/, with tokenizers and numpy alone
load_encoder("path/to/static") the same for any folder in the StaticEmbedding layout
load_encoder("any/other")      TransformerEncoder, through sentence-transformers (imported only then)
"""

from functools import lru_cache
from pathlib import Path

from index.static import StaticEncoder, is_static
from index.transformer import TransformerEncoder
from index.types import Encoder

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "model"


def load_encoder(name: str = BUNDLED) -> Encoder:
    """The encoder called `name`: `bundled`, a local folder, or a model of the Hugging Face hub.

    Raises ModelError where there is no such model, or its files cannot be read.
    """
    if name == BUNDLED:
        return _bundled()
    if is_static(Path(name)):
        return StaticEncoder.load(Path(name), name)
    return TransformerEncoder.load(name)


@lru_cache(maxsize=1)
def _bundled() -> "StaticEncoder":
    """The bundled model, once in a process: every generation that is opened uses the same."""
    return StaticEncoder.load(BUNDLED_FOLDER, BUNDLED)


def public_name(name: str) -> str:
    """A model's name for anyone to see: of a folder its last part, since where it lies is no one's business.

    >>> public_name("/srv/models/ours"), public_name("intfloat/multilingual-e5-small"), public_name("bundled")
    ('ours', 'intfloat/multilingual-e5-small', 'bundled')
    """
    return Path(name).name if Path(name).is_absolute() or name.startswith((".", "~")) else name
