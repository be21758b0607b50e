"""Vectors that a rebuild has made, kept on disk until it is published: one that is cut off costs no second embedding.

DIR/embeddings/MODEL     blocks, one after another, of the vectors that one model made

A block is `_MAGIC`, how many vectors it has, a checksum, and for each vector the digest of its text and the vector.
The file is only ever added to, and waited for now and then. A process that is killed, or a machine that goes off, may
leave a block in part: from the first one that is not as it was written, the file is cut off.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import ENOSPC
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from struct import Struct
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from index.chunks import HASH_BYTES
from index.transformer import TransformerEncoder
from index.types import Encoder, Vectors

FOLDER = "embeddings"

Digests = NDArray[np.bytes_]
"""Of texts, HASH_BYTES each."""

_MAGIC = b"HUDV"
_HEADER = Struct("<4sI16s")  # magic, number of vectors, checksum
_PORTION = 256  # texts embedded between two blocks: what a rebuild that is killed has to embed again, at most
_SECONDS = 10.0  # between two waits for the disk


@contextmanager
def kept_embeddings(index_folder: Path, encoder: Encoder) -> Iterator[Encoder]:
    """The encoder for a rebuild: it keeps what it makes, and gives what was kept by a rebuild that was cut off.

    A static model is given as it is: to embed with it costs less than to read. Nothing is kept beyond a rebuild that
    succeeds. Needs the lock of the index. Raises OSError where the vectors cannot be written.
    """
    folder = index_folder / FOLDER
    if isinstance(encoder, TransformerEncoder):
        with EmbeddingFile.opened(folder, encoder) as file:
            yield CachedEncoder(encoder, file)
    else:
        yield encoder
    shutil.rmtree(folder, ignore_errors=True)  # what cannot be deleted now is by the next rebuild


def found_again(encoder: Encoder) -> int:
    """How many vectors of passages an encoder did not have to make."""
    return encoder.found if isinstance(encoder, CachedEncoder) else 0


class CachedEncoder:
    """An encoder of passages that looks up vectors in a file, and adds those that it has to make.

    `found` counts those that it had not to make.
    """

    def __init__(self, encoder: Encoder, file: "EmbeddingFile") -> None:
        self._encoder = encoder
        self._file = file
        self.found = 0

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions); those that are made are on their way to the disk, a portion at a time."""
        digests = digests_of(texts)
        places = self._file.find(digests)
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        vectors[places >= 0] = self._file.take(places[places >= 0])
        missing = np.flatnonzero(places < 0)
        self.found += len(texts) - len(missing)
        for start in range(0, len(missing), _PORTION):
            portion = missing[start : start + _PORTION]
            vectors[portion] = self._encoder.encode_passages([texts[number] for number in portion])
            self._file.append(digests[portion], vectors[portion])
        return vectors


class EmbeddingFile:
    """The vectors of one model in a file that is added to; those that it held when it was opened are found."""

    def __init__(self, stream: FileIO, key: bytes, dimensions: int) -> None:
        self._stream = stream
        self._key = key
        self._record = np.dtype([("digest", f"V{HASH_BYTES}"), ("vector", "<f4", (dimensions,))])
        digests, self._offsets = self._read()
        self._order = np.argsort(digests, kind="stable")
        self._sorted = digests[self._order]
        # What was read to be checked is not held: of a large index that would be gigabytes.
        self._bytes = np.memmap(stream, np.uint8, "r") if len(digests) else np.zeros(0, np.uint8)
        self._waited = monotonic()

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, encoder: Encoder) -> Iterator["EmbeddingFile"]:
        """The file of an encoder's vectors in a folder, until the end of the block; then it is on the disk."""
        folder.mkdir(exist_ok=True)
        key = blake2b(f"{encoder.fingerprint} {encoder.dimensions}".encode(), digest_size=HASH_BYTES)
        with (folder / key.hexdigest()).open("a+b", buffering=0) as stream:
            file = cls(stream, key.digest(), encoder.dimensions)
            try:
                yield file
            finally:
                file.wait()

    def __len__(self) -> int:
        return len(self._sorted)

    def find(self, digests: Digests) -> NDArray[np.int64]:
        """The place of each digest, or -1; shape (len(digests),)."""
        if not len(self):
            return np.full(len(digests), -1)
        near = np.searchsorted(self._sorted, digests).clip(max=len(self) - 1)
        return np.where(self._sorted[near] == digests, self._order[near], -1)

    def take(self, places: NDArray[np.int64]) -> Vectors:
        """The vectors at these places, shape (len(places), dimensions)."""
        vector = self._record["vector"]
        vectors = np.zeros((len(places), *vector.shape), np.float32)
        for row, offset in enumerate(self._offsets[places].tolist()):
            vectors[row] = self._bytes[offset : offset + vector.itemsize].view(vector.base)
        return vectors

    def append(self, digests: Digests, vectors: Vectors) -> None:
        """Add a block, in one write."""
        records = np.zeros(len(digests), self._record)
        records["digest"], records["vector"] = digests.view(f"V{HASH_BYTES}"), vectors
        content = records.tobytes()
        block = _HEADER.pack(_MAGIC, len(records), self._checksum(content)) + content
        if self._stream.write(block) != len(block):
            raise OSError(ENOSPC, os.strerror(ENOSPC), self._stream.name)
        if monotonic() - self._waited > _SECONDS:
            self.wait()

    def wait(self) -> None:
        """Wait until all is on the disk."""
        os.fsync(self._stream.fileno())
        self._waited = monotonic()

    def _read(self) -> tuple[Digests, NDArray[np.int64]]:
        """The digest of each vector and where it begins, up to a block that is not as written; there the file ends."""
        digests: list[Digests] = [digests_of([])]
        offsets: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        self._stream.seek(0)
        whole = 0
        while (block := self._block()) is not None:
            digests.append(block["digest"].copy().view(digests[0].dtype))
            first = whole + _HEADER.size + HASH_BYTES
            offsets.append(first + self._record.itemsize * np.arange(len(block)))
            whole = self._stream.tell()
        self._stream.truncate(whole)
        return np.concatenate(digests), np.concatenate(offsets)

    def _block(self) -> NDArray[np.void] | None:
        """The next block, or None where there is none that is whole."""
        header = self._stream.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return None
        magic, count, checksum = _HEADER.unpack(header)
        size = count * self._record.itemsize
        if magic != _MAGIC or size > os.fstat(self._stream.fileno()).st_size:
            return None
        content = self._stream.read(size)
        if len(content) < size or self._checksum(content) != checksum:
            return None
        return np.frombuffer(content, self._record)

    def _checksum(self, content: bytes) -> bytes:
        return blake2b(content, digest_size=HASH_BYTES, key=self._key).digest()


def digests_of(texts: Sequence[str]) -> Digests:
    """What each text is known by, shape (len(texts),).

    numpy leaves off zeros at the end of such a string; of strings that are equally long no two become alike by it.
    """
    joined = b"".join(blake2b(text.encode(), digest_size=HASH_BYTES).digest() for text in texts)
    return np.frombuffer(joined, f"S{HASH_BYTES}")
