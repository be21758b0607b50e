"""Brings the catalogues of the interface up to date: `python scripts/translations.py`.

Messages are gathered from web/; the Arabic and Urdu catalogues get those that are new, lose those
that are gone, and are compiled. Translate what is reported as missing in `messages.po` and run it again.
"""

from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parent.parent / "web"
TRANSLATED = ("ar", "ur")
_SOURCES = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.xml", "jinja2")]


@click.command()
def main() -> None:
    """Gather the messages, update and compile the catalogues, and report what is not translated yet."""
    template = gather()
    for language in TRANSLATED:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        _write(catalogue, language)
        missing = untranslated(catalogue)
        click.echo(f"{language}: {len(template)} messages, {len(missing)} not translated")
        for message in missing:
            click.echo(f"  {message}")


def gather() -> Catalog:
    """Every message that the pages use."""
    template = Catalog(project="Hudhud", charset="utf-8")
    found = extract_from_dir(WEB, _SOURCES, comment_tags=["Translators:"], strip_comment_tags=True)
    for file, _, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        template.add(message, None, [(f"web/{file}", 0)], auto_comments=comments, context=context)
    return template


def read(language: str) -> Catalog:
    """The catalogue of a language as it is, or an empty one."""
    path = folder(language) / "messages.po"
    if not path.is_file():
        return Catalog(locale=language, project="Hudhud", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def folder(language: str) -> Path:
    """Where the catalogue of a language is."""
    return WEB / "translations" / language / "LC_MESSAGES"


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages of a catalogue without a translation, without one of their plural forms, or with a doubtful one."""
    return [str(message.id) for message in catalogue if message.id and (message.fuzzy or not _whole(message.string))]


def _whole(translation: str | tuple[str, ...] | list[str]) -> bool:
    return bool(translation) and (isinstance(translation, str) or all(translation))


def _write(catalogue: Catalog, language: str) -> None:
    target = folder(language)
    catalogue.header_comment = f"# {catalogue.locale.english_name} messages of Hudhud's pages."
    catalogue.fuzzy = False
    catalogue.last_translator, catalogue.language_team, catalogue.msgid_bugs_address = "Hudhud", "Hudhud", ""
    target.mkdir(parents=True, exist_ok=True)
    with (target / "messages.po").open("wb") as stream:
        write_po(stream, catalogue, width=110, include_lineno=False, omit_header=False)
    with (target / "messages.mo").open("wb") as stream:
        write_mo(stream, catalogue)


if __name__ == "__main__":
    main()
