"""What a rebuild knows of the sources from the last time: which files are unchanged, which records it has met."""

from time import time_ns

import numpy as np
from numpy.typing import NDArray

from index.ledger import DIGEST_BYTES, Ledger
from index.readers import SourceFile
from index.store import ID_BYTES, id_digest

UNTRUSTED = -1

# A file changed again within a tick of the clock that dates it looks unchanged, so one that was so young
# when it was read is not trusted the next time. Some file systems know seconds only.
_TICK = 100_000_000
_SECOND = 1_000_000_000


def trusted_size(file: SourceFile, started: int) -> int:
    """The size by which a file is known again, or UNTRUSTED if it changed just before reading started (ns)."""
    tick = _SECOND if file.modified % _SECOND == 0 else _TICK
    return file.size if file.modified < started - tick else UNTRUSTED


class Recall:
    """Finds the files and the records of an old ledger. `ids`, of shape (documents, 16), are the digests of ids.

    As a reader asks it, it tells whether a record is known; `number` is then the record's, and
    `asked` the id that the record would get by its place.
    """

    def __init__(self, ledger: Ledger, ids: NDArray[np.uint8]) -> None:
        self.started = time_ns()
        self.ledger = ledger
        self._ids = ids
        self._files = dict(zip(zip(ledger.places, ledger.names, strict=True), range(len(ledger.places)), strict=True))
        self._sizes = ledger.sizes.tolist()
        self._modified = ledger.modified.tolist()
        self._again = ledger.again.tolist()
        self.bounds: list[int] = ledger.records.tolist()
        self.lines: list[int] = ledger.lines.tolist()
        self._records: dict[bytes, int] | None = None
        self.number = -1
        self.asked = ""

    def file(self, file: SourceFile) -> int | None:
        """The number of a file that is as it was, or None."""
        number = self._files.get((file.place, file.name))
        if number is None or self._sizes[number] != file.size or self._modified[number] != file.modified:
            return None
        return None if self._again[number] else number

    def record(self, digest: bytes) -> int | None:
        """The number of a record that brings its own id and gave documents, or None."""
        return self._known().get(digest)

    def __call__(self, digest: bytes, name: str) -> bool:
        """Whether a record is known that gave a document of this very id, if it has none of its own."""
        self.asked = name
        known = self._known()
        number = known.get(digest)
        if number is None:
            number = known.get(digest + id_digest(name)) if known else None
        if number is None:
            return False
        self.number = number
        return True

    def _known(self) -> dict[bytes, int]:
        """Records by digest, those with an id by their place by digest and id; made at first use."""
        if self._records is None:
            ledger = self.ledger
            digests, ids = ledger.digests.tobytes(), self._ids.tobytes()
            first = ledger.documents.tolist()
            own = ledger.own_ids.tolist()
            known: dict[bytes, int] = {}
            for number in np.flatnonzero(np.diff(ledger.documents) > 0).tolist():
                key = digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]
                if not own[number]:
                    key += ids[first[number] * ID_BYTES : (first[number] + 1) * ID_BYTES]
                known[key] = number
            self._records = known
        return self._records
