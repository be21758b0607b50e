"""How much of a file is read before it is refused. Each bound is written here and nowhere else."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep a hostile or broken file from taking the machine with it.

    `record_bytes`    a line, a record, or the text of a file that is one document
    `file_bytes`      a file, or a member of a container, that has to be held whole (.pdf, .docx, .epub …)
    `unpacked_bytes`  everything that one packed file unpacks to
    `ratio`           how many times its packed size a file may unpack to, once that is over `ratio_from` bytes
    `members`         members of one container
    `nesting`         containers within containers
    `depth`           elements of a page within elements
    `directory_bytes` the list of members in a zip file
    `step_seconds`    working time to the next document, or page of a paper, where other people's parsers read
    `patience_seconds` the same by the clock on the wall, whatever else the machine does
    `memory_bytes`    memory of the process that reads formats which can be hostile
    """

    record_bytes: int = 32 * MEBIBYTE
    file_bytes: int = 256 * MEBIBYTE
    unpacked_bytes: int = 64 * 1024 * MEBIBYTE
    ratio: int = 200
    ratio_from: int = 16 * MEBIBYTE
    members: int = 1_000_000
    nesting: int = 5
    depth: int = 250
    directory_bytes: int = 32 * MEBIBYTE
    step_seconds: float = 3.0
    patience_seconds: float = 20.0
    memory_bytes: int = 1024 * MEBIBYTE
