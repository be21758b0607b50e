"""`hudhud rebuild-index`: one rebuild, or one after the other while the sources are watched."""

import json
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from watchfiles import watch

import index.encoder as encoders
from index.build import build_index
from index.errors import HudhudError, SettingsError
from index.readers import Source, shown
from index.readers.database import is_database
from index.report import BuildReport
from index.settings import IndexSettings
from scripts.progress import progress_bar

_QUIET_MS = 800
"""How long nothing may change before a rebuild begins, so that files that are copied in are whole by then."""

_LONGEST_MS = 30_000
"""How long a rebuild waits at most for that."""

_WAKE_MS = 200
"""How long it may take until an interrupt is noticed."""


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """Rebuilds one index from its sources, with models that are loaded once."""

    sources: Sequence[Source]
    index_folder: Path
    settings: IndexSettings
    build: Callable[[], BuildReport]

    @classmethod
    def of(
        cls, sources: Sequence[Source], index_folder: Path, settings: IndexSettings, *, full: bool, strict: bool
    ) -> "Rebuilder":
        """A rebuilder with the bundled model and, if it is another, the one that the settings name."""
        translator = encoders.load_encoder(encoders.BUNDLED)
        encoder = translator if settings.model == encoders.BUNDLED else encoders.load_encoder(settings.model)

        def build() -> BuildReport:
            with progress_bar() as progress:
                return build_index(
                    sources, index_folder, settings, encoder, translator, progress, full=full, strict=strict
                )

        return cls(sources, index_folder, settings, build)

    def watch(self, stop: threading.Event) -> Iterator[BuildReport | HudhudError | OSError]:
        """A rebuild now and whenever the sources have changed, until `stop` is set; an error ends no watching."""
        changes = watch(
            *self._watched(),
            watch_filter=lambda change, path: not Path(path).is_relative_to(self.index_folder.absolute()),
            debounce=_LONGEST_MS,
            step=_QUIET_MS,
            stop_event=stop,
            raise_interrupt=False,
            rust_timeout=_WAKE_MS,
            yield_on_timeout=True,
        )
        next(changes, None)  # the watching begins before the first rebuild, so that no change is missed
        yield self._attempt()
        for changed in changes:
            if changed:
                yield self._attempt()

    def _watched(self) -> list[Path]:
        """The files and folders among the sources; of a table nobody tells when it changes."""
        paths = [Path(source) for source in self.sources if not is_database(source)]
        if not paths:
            raise SettingsError("--watch watches files and folders, and no source is one; run the rebuild by the clock")
        return paths

    def _attempt(self) -> BuildReport | HudhudError | OSError:
        try:
            return self.build()
        except (HudhudError, OSError) as problem:
            return problem


def run(rebuilder: Rebuilder, as_json: bool) -> None:
    """Rebuild once and say what was done."""
    _say(rebuilder.build(), as_json)


def run_watching(rebuilder: Rebuilder, as_json: bool) -> None:
    """Rebuild whenever the sources change, until interrupted or told to end."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        if stop.is_set():  # asked twice: at once, whatever is under way
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    for outcome in rebuilder.watch(stop):
        if isinstance(outcome, BuildReport):
            _say(outcome, as_json)
        else:
            click.echo(f"hudhud: {outcome}", err=True)
        if stop.is_set():
            break
        click.echo(f"watching {', '.join(map(shown, rebuilder.sources))}; end with Ctrl-C", err=True)


def _say(report: BuildReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return
    for line in report.lines():
        click.echo(line)
    for problem in report.skipped:
        click.echo(f"skipped: {problem}", err=True)
