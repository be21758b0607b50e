"""`.gz`, `.zst`, `.bz2`, `.xz`: one packed file, unpacked as it is read and watched for bombs."""

import bz2
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Protocol

from index.errors import FileDamaged, LimitExceeded
from index.readers.item import Item, megabytes

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BUFFER = 1 << 16
_WINDOW_LOG = 27  # a window is memory: a file made with zstd --long=31 asks for 2 GiB, this is 128 MiB
_SIGNATURES = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst", b"BZh": ".bz2", b"\xfd7zXZ\x00": ".xz"}
_DAMAGE = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zstd.ZstdError)


class _Decoder(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's decompressor with the interface of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data.lstrip(b"\x00")  # tapes pad with zeros

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


_DECODERS: dict[str, Callable[[], _Decoder]] = {
    ".gz": _Gzip,
    ".zst": lambda: zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}),
    ".bz2": bz2.BZ2Decompressor,
    ".xz": lambda: lzma.LZMADecompressor(memlimit=1 << (_WINDOW_LOG + 1)),
}
SUFFIXES = tuple(_DECODERS)


def packing(head: bytes) -> str:
    """How a file that begins so is packed, as a suffix, or "".

    >>> packing(bytes([0x1F, 0x8B, 8])), packing(b"text")
    ('.gz', '')
    """
    return next((suffix for signature, suffix in _SIGNATURES.items() if head.startswith(signature)), "")


def unpacked(item: Item, how: str) -> io.BufferedReader:
    """The bytes of a packed item as a stream that raises LimitExceeded or FileDamaged where reading has to stop."""
    return io.BufferedReader(_Unpacked(item, _DECODERS[how]), _BUFFER)


class _Unpacked(io.RawIOBase):
    """A stream of what packed bytes hold, one packed piece after the other; what precedes damage is given first."""

    def __init__(self, item: Item, decoder: Callable[[], _Decoder]) -> None:
        self._item, self._new_decoder = item, decoder
        self._decoder = decoder()
        self._taken = self._given = 0
        self._problem: FileDamaged | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        filled = 0
        while filled < len(buffer) and self._problem is None:
            try:
                data = self._next(len(buffer) - filled)
            except _DAMAGE as problem:
                self._problem = damaged(self._item, problem)
                break
            if not data:
                break
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        if not filled and self._problem:
            raise self._problem
        self._given += filled
        self._check()
        return filled

    def _next(self, size: int) -> bytes:
        """Some bytes, or none at the end. Raises one of the errors in `_DAMAGE`."""
        while True:
            data = self._input() if self._decoder.needs_input or self._decoder.eof else b""
            if self._decoder.eof:
                if not data:
                    return b""
                self._decoder = self._new_decoder()
            elif self._decoder.needs_input and not data:
                raise EOFError("it breaks off")
            found = self._decoder.decompress(data, size)
            if found:
                return found

    def _input(self) -> bytes:
        left = self._decoder.unused_data if self._decoder.eof else b""
        if left:
            return left
        data = self._item.stream.read(_BUFFER)
        self._taken += len(data)
        return data

    def _check(self) -> None:
        limits = self._item.limits
        if self._given > limits.unpacked_bytes:
            raise LimitExceeded(f"{self._item.path}: unpacks to more than {megabytes(limits.unpacked_bytes)}; split it")
        if self._given > limits.ratio_from and self._given > limits.ratio * max(self._taken, 1):
            raise LimitExceeded(
                f"{self._item.path}: unpacks to more than {limits.ratio} times its size, as a zip bomb does; "
                "unpack it yourself if you trust it"
            )


def damaged(item: Item, problem: Exception) -> FileDamaged:
    """The error for a packed file that breaks off or is none."""
    return FileDamaged(f"{item.path}: the packed file is damaged ({problem}); fetch it again and rebuild")
