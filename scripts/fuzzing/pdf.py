"""PDF files with Arabic and Urdu as programs write them: laid out for the eye, or with letters the wrong way round."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

FONT = "Arabic"
_RIGHT, _TOP, _STEP = 190.0, 20.0, 9.0  # millimetres
_SIZE = 12


def font_file() -> Path:
    """Noto Sans Arabic, which has the letters of Urdu and the shapes of all of them."""
    import fontpkg_noto_sans_arabic as package

    return next((Path(package.__file__).parent / "files").glob("*.ttf"))


def pages(texts: Sequence[Sequence[str]], shaped: bool = True, visual: bool = True, password: str = "") -> bytes:
    """A PDF file with a page for each text, and a line for each of its lines.

    With `visual`, what a line shows from left to right is what the file holds from left to right;
    `shaped` writes the shapes of letters that stand together, instead of the letters. Without
    `visual`, letters are put from left to right in the order in which they are read, as programs do that
    know nothing of Arabic.
    """
    from fpdf import FPDF

    document = FPDF()
    document.set_compression(False)  # so that those who spoil a file reach its contents
    document.set_creation_date(datetime(2024, 1, 1, tzinfo=UTC))
    document.add_font(FONT, "", font_file())
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    for lines in texts:
        document.add_page()
        for number, line in enumerate(lines):
            _write(document, _laid_out(line, shaped) if visual else line, _TOP + number * _STEP)
    stream = io.BytesIO()
    document.output(stream)
    return stream.getvalue()


def _laid_out(line: str, shaped: bool) -> str:
    """A line as it stands on paper, from left to right."""
    from arabic_reshaper import ArabicReshaper
    from bidi.algorithm import get_display

    reshaper = ArabicReshaper({"delete_harakat": False, "support_ligatures": False})
    found = get_display(reshaper.reshape(line) if shaped else line)
    return found if isinstance(found, str) else found.decode()


def _write(document: "object", line: str, y: float) -> None:
    """One line that ends at the right margin; the font of Arabic has no Latin letters, so it takes two."""
    runs = [(latin, "".join(group)) for latin, group in groupby(line, key=lambda letter: ord(letter) < 0x250)]
    widths = []
    for latin, run in runs:
        document.set_font("helvetica" if latin else FONT, size=_SIZE)
        widths.append(document.get_string_width(run))
    x = _RIGHT - sum(widths)
    for (latin, run), width in zip(runs, widths, strict=True):
        document.set_font("helvetica" if latin else FONT, size=_SIZE)
        document.text(x, y, run)
        x += width
