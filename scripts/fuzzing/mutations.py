"""Ways to spoil a file, the same for the same seed."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from random import Random

from scripts.fuzzing.seeds import zipped, zstd

_NUMBERS = (b"0", b"-1", b"255", b"65536", b"2147483648", b"4294967295", b"99999999999999999999", b"1e309")
_EXTREMES = (b"\x00", b"\xff", b"\x7f", b"\x80")
_TOKENS = (
    *(b"<div>" * 40, b"</", b"<!--", b"]]>", b"&#x110000;", b"&amp;" * 30, b"{", b"[" * 60, b'"', b"\\ud800", b"\r\n"),
    *("\u202eسلام".encode(), b"\xef\xbb\xbf", b"\xff\xfe", b"endobj", b"stream\n", b"PK\x03\x04", b"\xc3\x28", b"<<"),
)
Change = Callable[[bytearray, Random], None]


def mutated(data: bytes, seed: int) -> bytes:
    """The data with one to five changes; of a packed file, half of the time, to what is packed in it."""
    random = Random(seed)
    if random.random() < 0.5:
        deeper = _inside(data, random)
        if deeper is not None:
            return deeper
    return _changed(data, random)


def _changed(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 5)):
        if changed:
            random.choice(_CHANGES)(changed, random)
    return bytes(changed)


def _inside(data: bytes, random: Random) -> bytes | None:
    """The data unpacked, changed and packed again; None when it is not packed."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = random.choice(list(members))
        members[name] = _changed(members[name], random)
        return zipped(members)
    for unpack, pack, begins in _PACKINGS:
        if data.startswith(begins):
            return pack(_changed(unpack(data), random))
    return None


_PACKINGS: tuple[tuple[Callable[[bytes], bytes], Callable[[bytes], bytes], bytes], ...] = (
    (gzip.decompress, lambda data: gzip.compress(data, compresslevel=1, mtime=0), b"\x1f\x8b"),
    (bz2.decompress, lambda data: bz2.compress(data, 1), b"BZh"),
    (lzma.decompress, lambda data: lzma.compress(data, preset=0), b"\xfd7zXZ"),
    (zstd.decompress, zstd.compress, b"\x28\xb5\x2f\xfd"),
)


def _place(data: bytearray, random: Random) -> int:
    return random.randrange(len(data))


def _block(data: bytearray, random: Random) -> tuple[int, int]:
    start = _place(data, random)
    return start, min(len(data), start + random.choice((1, 4, 16, 64, 256, 1024)))


def flip_bits(data: bytearray, random: Random) -> None:
    """Turn some bits round."""
    for _ in range(random.choice((1, 1, 4, 16))):
        data[_place(data, random)] ^= 1 << random.randrange(8)


def cut_off(data: bytearray, random: Random) -> None:
    """Leave the end out."""
    del data[_place(data, random) :]


def leave_out(data: bytearray, random: Random) -> None:
    """Leave a block out."""
    start, end = _block(data, random)
    del data[start:end]


def repeat(data: bytearray, random: Random) -> None:
    """Have a block several times."""
    start, end = _block(data, random)
    data[end:end] = data[start:end] * random.choice((1, 2, 20, 200))


def splice(data: bytearray, random: Random) -> None:
    """Put one part of the file over another."""
    start, end = _block(data, random)
    place = _place(data, random)
    data[place : place + end - start] = data[start:end]


def insert_nulls(data: bytearray, random: Random) -> None:
    """Put in some NUL bytes."""
    place = _place(data, random)
    data[place:place] = bytes(random.choice((1, 2, 8, 512)))


def insert_token(data: bytearray, random: Random) -> None:
    """Put in something that parsers take notice of."""
    place = _place(data, random)
    data[place:place] = random.choice(_TOKENS)


def change_number(data: bytearray, random: Random) -> None:
    """Write another number where one is written in digits."""
    start = _place(data, random)
    while start < len(data) and not 48 <= data[start] <= 57:
        start += 1
    end = start
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    data[start:end] = random.choice(_NUMBERS)


def change_length(data: bytearray, random: Random) -> None:
    """Write an extreme number where one may be written in bytes."""
    size = random.choice((1, 2, 4, 8))
    place = _place(data, random)
    extreme = random.choice(_EXTREMES) * size
    data[place : place + size] = extreme[: len(data) - place]


_CHANGES: tuple[Change, ...] = (
    flip_bits,
    cut_off,
    leave_out,
    repeat,
    splice,
    insert_nulls,
    insert_token,
    change_number,
    change_length,
)
