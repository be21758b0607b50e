"""Progress of a rebuild as bars on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from index.build import Progress


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A callback for build_index() that draws one bar a stage; silent when nobody watches."""
    bars: dict[str, tqdm[None]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            close()
            bars[stage] = tqdm(desc=stage, total=total or None, disable=not sys.stderr.isatty(), file=sys.stderr)
        bar = bars[stage]
        bar.total = total or None
        bar.update(done - bar.n)

    def close() -> None:
        for bar in bars.values():
            bar.close()

    try:
        yield progress
    finally:
        close()
