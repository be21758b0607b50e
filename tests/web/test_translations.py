"""Every message of the pages is translated, in every plural form, and what is compiled is what is written."""

import re
from collections.abc import Sequence
from gettext import c2py

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.plurals import get_plural

from scripts.translations import TRANSLATED, folder, gather, read, untranslated

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_missing_doubtful_or_left_over(language: str) -> None:
    catalogue = read(language)
    asked = {message.id for message in gather() if message.id}
    assert len(asked) > 80
    assert {message.id for message in catalogue if message.id} == asked
    assert untranslated(catalogue) == []
    assert not catalogue.fuzzy


@pytest.mark.parametrize(("language", "forms"), [("ar", 6), ("ur", 2)])
def test_every_plural_form_is_there(language: str, forms: int) -> None:
    catalogue = read(language)
    assert catalogue.num_plurals == get_plural(language).num_plurals == forms
    plurals = [message for message in catalogue if isinstance(message.id, tuple)]
    assert plurals
    assert {len(message.string) for message in plurals} == {forms}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    """A plural form may leave some out: Arabic says "two results" in one word."""
    for message in read(language):
        if isinstance(message.id, str):
            assert sorted(PLACEHOLDER.findall(message.string)) == sorted(PLACEHOLDER.findall(message.id)), message.id
        else:
            assert set(PLACEHOLDER.findall(message.string[-1])) == set(PLACEHOLDER.findall(message.id[1])), message.id
            for form in message.string:
                assert set(PLACEHOLDER.findall(form)) <= set(PLACEHOLDER.findall(message.id[1])), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    """`python scripts/translations.py` compiles anew."""
    with (folder(language) / "messages.mo").open("rb") as stream:
        compiled = read_mo(stream)
    assert strings(compiled) == strings(read(language))


def strings(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """All forms of each message with all forms of its translation."""
    return {forms(message.id): forms(message.string) for message in catalogue if message.id}


def forms(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "لا وثائق للبحث فيها"),
        (1, "البحث في وثيقة واحدة"),
        (2, "البحث في وثيقتين"),
        (3, "البحث في 3 وثائق"),
        (11, "البحث في 11 وثيقة"),
        (100, "البحث في 100 وثيقة"),
        (103, "البحث في 103 وثائق"),
    ],
)
def test_arabic_counts_as_arabic_does(number: int, expected: str) -> None:
    message = read("ar").get("One document to search")
    assert message is not None
    chosen = message.string[c2py(get_plural("ar").plural_expr)(number)]
    assert chosen % {"number": number} == expected
