"""The packaged fonts write everything that Arabic and Urdu news writes."""

import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "web" / "static" / "fonts"


def letters(language: str) -> set[str]:
    """The Arabic-script characters of the sample news in a language, and of the interface."""
    lines = (ROOT / "samples" / "news.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [record["text"] for record in map(json.loads, lines) if record.get("language") == language]
    catalogue = ROOT / "web" / "translations" / language / "LC_MESSAGES" / "messages.po"
    text = "".join([*texts, catalogue.read_text(encoding="utf-8")])
    return {character for character in text if "\u0600" <= character <= "\u06ff"}


@pytest.mark.parametrize(
    ("name", "language", "most"),
    [
        ("NotoNaskhArabic-Regular", "ar", 20_000),
        ("NotoNaskhArabic-Bold", "ar", 20_000),
        ("NotoNastaliqUrdu-Regular", "ur", 110_000),
    ],
)
def test_a_font_has_the_letters_of_its_language_and_little_else(name: str, language: str, most: int) -> None:
    path = FONTS / f"{name}.woff2"
    assert path.stat().st_size < most
    font = TTFont(path)
    assert {chr(point) for point in font.getBestCmap()} >= letters(language) | set("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹،؛؟")
    assert {"GSUB", "GPOS"} <= set(font.keys())


def test_the_licence_comes_with_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
