"""web may import search, search may import index, and each foreign engine has one file that knows it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"index", "search", "web", "scripts", "tests"}
MAY_IMPORT = {
    "index": {"index"},
    "search": {"index", "search"},
    "web": {"index", "search", "web"},
    "scripts": {"index", "search", "web", "scripts"},
}
ONLY_IN = {
    "faiss": {
        "index/bytevectors.py",
        "index/exactvectors.py",
        "index/faissio.py",
        "index/levelledvectors.py",
        "index/roundedvectors.py",
        "index/signs.py",
        "index/vectors.py",
    },
    "sentence_transformers": {"index/transformer.py", "index/quantized.py", "search/rerank.py"},
    "safetensors": {"index/static.py", "search/rerank.py"},
    "tokenizers": {"index/runs.py", "index/subwords.py", "index/tokens.py"},
    "transformers": {"index/transformer.py"},
    "huggingface_hub": {"index/hub.py"},
    "torch": {"index/transformer.py"},
    "rank_bm25": {"index/postings.py"},
    "Stemmer": {"index/english.py"},
    "sqlite3": {"index/store.py", "index/readers/database.py"},
    "gunicorn": {"web/server.py"},
    "trafilatura": {"index/readers/html.py"},
    "lxml": {"index/readers/html.py", "index/readers/epub.py"},
    "ftfy": {"index/encodings.py"},
    "pypdfium2": {"index/readers/pdf.py"},
    "docx": {"index/readers/docx.py"},
    "pyarrow": {"index/readers/parquet.py"},
    "psycopg": {"index/readers/database.py"},
    "warcio": {"index/readers/warc.py"},
    "feedparser": {"index/readers/feed.py"},
    # Between a build and the processes that it started; none lies on disk, and none comes from elsewhere.
    "pickle": {"index/process.py", "index/processes.py"},
    "click": set(),
    "tqdm": set(),
}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def modules(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module if node.module and not node.level else ".".join(path.relative_to(ROOT).parts[:-1])


@cache
def packages(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in modules(path)}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_layer_imports_only_what_lies_below_it(folder: str) -> None:
    assert len(sources(folder)) > 1
    wrong = {
        str(path.relative_to(ROOT)): sorted(packages(path) & OURS - MAY_IMPORT[folder])
        for path in sources(folder)
        if packages(path) & OURS - MAY_IMPORT[folder]
    }
    assert wrong == {}


@pytest.mark.parametrize("package", ONLY_IN)
def test_one_file_knows_an_engine(package: str) -> None:
    """Within index, search and web."""
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("index", "search", "web")
        for path in sources(folder)
        if package in packages(path)
    }
    assert found <= ONLY_IN[package]


def test_only_the_web_layer_knows_flask() -> None:
    for folder in ("index", "search"):
        for path in sources(folder):
            assert not packages(path) & {"flask", "werkzeug", "markupsafe", "jinja2"}, path


def test_the_types_and_errors_that_all_share_import_nothing_of_ours() -> None:
    for name in ("types.py", "errors.py"):
        assert not packages(ROOT / "index" / name) & OURS


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_packages_export_and_never_implement(folder: str) -> None:
    """An __init__.py holds no class, and no function but create_app()."""
    for path in sources(folder):
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            defined = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
            assert defined in ([], ["create_app"]), path


def loaded_by(modules: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after importing some."""
    program = f"import sys, {modules}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_search_and_a_server_import_no_torch() -> None:
    """Which would take longer to import than the search itself."""
    loaded = loaded_by("scripts.hudhud, index.build, search.searcher, web")
    assert not loaded & {"torch", "transformers", "sentence_transformers", "scipy", "sklearn"}


def test_a_command_does_not_import_what_it_does_not_need() -> None:
    """`hudhud search` waits for no web framework."""
    assert not loaded_by("scripts.hudhud, search.searcher") & {"flask", "gunicorn", "werkzeug"}
