"""The command line: `hudhud rebuild-index | search | serve | evaluate | verify | rollback | inspect | analyze`.

Each command imports what it needs when it runs, so that a search does not wait for a web
framework. Exit status is 0, or 1 with one sentence on standard error.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from index.errors import HudhudError
from index.settings import IndexSettings

_INDEX = click.option(
    "--index", "index_folder", type=click.Path(path_type=Path), required=True, help="Folder of the index."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_RERANKER = click.option(
    "--reranker", default="", help="Cross-encoder that orders the best results anew: a name or a folder."
)
_DEFAULTS = IndexSettings()


@click.group()
@click.version_option(package_name="hudhud")
def cli() -> None:
    """Hudhud finds documents by meaning across English, Arabic and Urdu."""


@cli.command("rebuild-index")
@click.argument("sources", nargs=-1, required=True)
@_INDEX
@click.option(
    "--model",
    default=_DEFAULTS.model,
    show_default=True,
    help="Embedding model: a name or a folder; in 8-bit numbers after onnx: or openvino:.",
)
@click.option(
    "--keep", default=_DEFAULTS.keep_generations, show_default=True, help="Generations kept, the new one among them."
)
@click.option("--full", is_flag=True, help="Read everything anew, also what looks unchanged.")
@click.option("--strict", is_flag=True, help="Leave the index as it is if anything cannot be read.")
@click.option("--watch", is_flag=True, help="Go on: rebuild whenever a source changes.")
@_JSON
def rebuild_index(
    sources: tuple[str, ...],
    index_folder: Path,
    model: str,
    keep: int,
    full: bool,
    strict: bool,
    watch: bool,
    as_json: bool,
) -> None:
    """Index files, folders and tables; the old index serves until the new one is whole."""
    from scripts.rebuilding import Rebuilder, run, run_watching

    settings = IndexSettings(model=model, keep_generations=keep)
    rebuilder = Rebuilder.of(sources, index_folder, settings, full=full, strict=strict)
    (run_watching if watch else run)(rebuilder, as_json)


@cli.command()
@click.argument("query")
@_INDEX
@click.option("--limit", default=10, show_default=True, help="Documents shown.")
@click.option("--language", default="", help="Only these languages, such as ar,ur.")
@click.option("--mode", default="hybrid", show_default=True, type=click.Choice(["hybrid", "dense", "lexical"]))
@_RERANKER
@_JSON
def search(query: str, index_folder: Path, limit: int, language: str, mode: str, reranker: str, as_json: bool) -> None:
    """Search an index."""
    from search.payloads import result_payload
    from search.searcher import Searcher
    from search.settings import SearchSettings
    from search.types import SearchRequest

    languages = tuple(part.strip() for part in language.split(",") if part.strip())
    request = SearchRequest(query, limit=limit, languages=languages, mode=mode, explain=as_json)
    result = Searcher.open(index_folder, SearchSettings(reranker=reranker)).search(request)
    if as_json:
        _print_json(result_payload(result, explain=True))
        return
    if not result.hits:
        click.echo("nothing found")
    for hit in result.hits:
        document = hit.document
        facts = " · ".join(filter(None, [document.language, document.source, str(document.date or "")]))
        click.echo(f"{hit.rank:3}. {click.style(document.title or document.id, bold=True)}")
        click.echo(f"     {facts} · {document.id} · {hit.score:.2f}")
        click.echo(f"     {_highlighted(hit.snippet.text, hit.snippet.marks)}")


@cli.command()
@_INDEX
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@_RERANKER
def serve(index_folder: Path, host: str, port: int, reranker: str) -> None:
    """Serve the search page and the API."""
    from web.server import serve as run_server

    run_server(index_folder, host, port, reranker, lambda line: click.echo(f"hudhud: {line}", err=True))


@cli.command("new-key")
@click.argument("name")
@click.option("--scope", default="read", show_default=True, type=click.Choice(["read", "admin"]))
def make_key(name: str, scope: str) -> None:
    """Make an API key: told once, kept as a hash."""
    from web.access import new_key

    key, kept = new_key(name, scope)
    click.echo(f"the key, shown only now: {key}", err=True)
    click.echo(kept.line())


@cli.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--index", "index_folder", type=click.Path(path_type=Path), help="Use this index instead of a temporary one."
)
@click.option("--model", default=_DEFAULTS.model, show_default=True, help="Embedding model of the temporary index.")
@click.option(
    "--mode",
    "modes",
    multiple=True,
    type=click.Choice(["hybrid", "dense", "lexical"]),
    help="Measure this mode; may be repeated.  [default: all three]",
)
@click.option("--compare", is_flag=True, help="Compare with plain dense, plain BM25 and plain RRF of the two.")
@click.option(
    "--pin", type=click.Path(dir_okay=False, path_type=Path), help="Write floors just below what is measured here."
)
@click.option("--lower", is_flag=True, help="Let --pin lower floors.")
@_JSON
def evaluate(
    collections: tuple[Path, ...],
    index_folder: Path | None,
    model: str,
    modes: tuple[str, ...],
    compare: bool,
    pin: Path | None,
    lower: bool,
    as_json: bool,
) -> None:
    """Measure the rankings on test collections in BEIR form."""
    from dataclasses import asdict

    from scripts.evaluation import (
        compare_collections,
        evaluate_collections,
        format_comparison,
        format_table,
        pin_floors,
    )
    from search.types import MODES

    if compare and (modes or pin):
        raise click.UsageError("--compare measures hybrid search against plain ones; leave out --mode and --pin")
    if pin and (len(collections) != 1 or index_folder or model != _DEFAULTS.model or "hybrid" not in (modes or MODES)):
        raise click.UsageError(
            "--pin takes one collection, hybrid search and the bundled model; leave out --index and --model"
        )
    if lower and not pin:
        raise click.UsageError("--lower says what --pin may do; name the file of floors with --pin")
    settings = IndexSettings(model=model)
    if compare:
        measured = compare_collections(collections, index_folder, settings)
    else:
        measured = evaluate_collections(collections, index_folder, settings, modes or MODES)
    if as_json:
        _print_json([asdict(row) for row in measured])
    else:
        click.echo(format_comparison(measured) if compare else format_table(measured))
    if pin:
        pin_floors(measured, collections[0], pin, lower=lower)


@cli.command()
@_INDEX
def verify(index_folder: Path) -> None:
    """Check every file of the live generation against its checksum."""
    from index.generations import Generations
    from index.manifest import Manifest
    from index.snapshot import Snapshot

    folder = Generations(index_folder).current()
    manifest = Manifest.read(folder)
    manifest.check_contents(folder)
    Snapshot.open_generation(folder)
    click.echo(f"{manifest.generation}: {len(manifest.files)} files as written, {manifest.documents} documents")


@cli.command()
@_INDEX
def rollback(index_folder: Path) -> None:
    """Make the generation before the live one live again."""
    from index.generations import Generations
    from index.manifest import Manifest
    from index.snapshot import Snapshot

    generations = Generations(index_folder)
    generations.current()  # says so before a lock is made where there is no index
    with generations.locked():
        current = generations.current()
        older = [path for path in generations.published() if path.name < current.name]
        if not older:
            raise HudhudError(f"{index_folder} holds no generation older than {current.name}; nothing to go back to")
        Manifest.read(older[-1]).check_contents(older[-1])
        Snapshot.open_generation(older[-1])
        generations.point_to(older[-1])
    click.echo(f"live generation {older[-1].name}, was {current.name}")


@cli.command()
@click.argument("file")
@_JSON
def inspect(file: str, as_json: bool) -> None:
    """Show what cleaning makes of a file: its articles, and each dropped line with the reason."""
    from index.cleaning.articles import articles, without_repeated
    from index.errors import SourceError
    from index.readers import read_sources
    from scripts.inspection import article_payload, format_article

    def report(problem: SourceError) -> None:
        click.echo(f"skipped: {problem}", err=True)

    found = without_repeated([article for raw in read_sources([file], report) for article in articles(raw)])
    if as_json:
        _print_json([article_payload(article) for article in found])
        return
    for article in found:
        click.echo(format_article(article) + "\n")


@cli.command()
@click.argument("text")
def analyze(text: str) -> None:
    """Show what text analysis makes of each word: its fold, sound and term in each language, and by which rules."""
    from scripts.analysis import analysis

    for line in analysis(text):
        click.echo(line)


def main() -> None:
    """Run the command line; errors that Hudhud foresees become one sentence."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except click.Abort:
        sys.exit(130)
    except HudhudError as problem:
        click.echo(f"hudhud: {problem}", err=True)
        sys.exit(1)
    except OSError as problem:
        click.echo(f"hudhud: {problem}; free the disk space or give access, then try again", err=True)
        sys.exit(1)


def _highlighted(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """The text with its marked words bold, for a terminal."""
    parts: list[str] = []
    position = 0
    for start, end in marks:
        parts += [text[position:start], click.style(text[start:end], bold=True)]
        position = end
    return "".join([*parts, text[position:]])


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
