"""README.md names everything a user can type or ask for."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from index.readers import SUFFIXES
from index.readers.sources import CONTAINERS
from scripts.hudhud import cli
from web import create_app
from web.params import ExportParameters, SearchParameters
from web.settings import WebSettings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_is_documented(readme: str, name: str) -> None:
    assert re.search(rf"\bhudhud {re.escape(name)}\b", readme)


OPTIONS = sorted(
    {
        option
        for command in cli.commands.values()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_documented(readme: str, option: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", readme)


ROUTES = sorted(
    {
        rule.rule.partition("<")[0]
        for rule in create_app(WebSettings("none")).url_map.iter_rules()
        if rule.endpoint != "static"
    }
)


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_documented(readme: str, route: str) -> None:
    assert re.search(rf"(?<![\w/]){re.escape(route)}(?![\w/])" if not route.endswith("/") else re.escape(route), readme)


PARAMETERS = sorted({*SearchParameters.model_fields, *ExportParameters.model_fields})


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_every_parameter_of_a_search_is_documented(readme: str, parameter: str) -> None:
    assert re.search(rf"[?&`|]{parameter}\b", readme)


SETTINGS = [
    *(field.name for field in fields(WebSettings) if field.name not in ("index", "search")),
    *("longest_query", "deepest_result", "time_limit"),
]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_the_server_is_documented_with_its_default(name: str) -> None:
    settings = WebSettings("none")
    default = getattr(settings, name) if hasattr(settings, name) else getattr(settings.search, name)
    said = "none" if default in ("", ()) else str(default).lower().removesuffix(".0")
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"| `HUDHUD_{name.upper()}` | {said} |" in operations


def test_the_dockerfile_is_clean() -> None:
    """By hadolint, the usual linter."""
    linted = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True
    )
    assert (linted.returncode, linted.stdout) == (0, "")


@pytest.mark.parametrize("field", ["id", "_id", "text", "title", "language", "url", "date", "source"])
def test_every_field_of_a_document_is_documented(readme: str, field: str) -> None:
    assert f'"{field}"' in readme or f"`{field}`" in readme


def test_links_to_files_of_the_repository_lead_somewhere(readme: str) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", readme)
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("suffix", [*SUFFIXES, *CONTAINERS])
def test_every_kind_of_file_is_documented(readme: str, suffix: str) -> None:
    assert f"`{suffix}`" in readme
