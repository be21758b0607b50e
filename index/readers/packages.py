"""Zip files that are one document (`.docx`, `.epub`): bounds on what they unpack to, checked before they are opened."""

import struct
import zipfile
from pathlib import Path

from index.errors import FileDamaged, FileProtected, LimitExceeded
from index.readers.archive import check_directory
from index.readers.item import Item, megabytes

_ENCRYPTED = 0x1
_PARSED = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")  # of a package, all that is read


def check_package(item: Item, path: Path) -> None:
    """Raise FileDamaged, FileProtected or LimitExceeded for a zip file that is not fit to be opened.

    The sizes are those that its list of members claims; zipfile stops reading a member there.
    """
    check_directory(item, path)
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError, NotImplementedError) as problem:
        raise FileDamaged(f"{item.path}: damaged ({problem}); fetch it again and rebuild") from problem
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise FileProtected(f"{item.path}: protected by a password; save it without one and rebuild")
    size = sum(info.file_size for info in infos if info.filename.endswith(_PARSED))
    if size > 2 * item.limits.record_bytes or size > max(
        item.limits.ratio_from, item.limits.ratio * path.stat().st_size
    ):
        raise LimitExceeded(
            f"{item.path}: unpacks to {megabytes(size)} of text, more than one document may have; split it and rebuild"
        )
