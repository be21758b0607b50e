"""Makes the web fonts in web/static/fonts: `python scripts/subset_fonts.py` after `apt-get install fonts-noto-core`.

Only the letters that Urdu and Arabic are written with are kept, and the shaping rules that those need.
Latin letters and digits are left to the reader's own fonts: the style sheet gives each font its range.
"""

from collections.abc import Sequence
from pathlib import Path

import click
from fontTools.subset import Options, Subsetter, load_font, save_font

_FONTS = Path(__file__).parent.parent / "web" / "static" / "fonts"

# Marks and punctuation that both languages write, both sets of digits and the joiners; U+25CC carries a lone mark.
_SHARED = (
    "060C 061B 061F 0621-0624 0626-063A 0640-0655 0660-066C 0670 06D4 06F0-06F9 200C 200D 200E 200F 25CC FDF2 FDFA"
)
_ARABIC = f"{_SHARED} 0625 0671"
_URDU = (
    f"{_SHARED} 0600-0604 060D 060E 0610-0614 0625 0656-0658 0679 067E 0686 0688 0691 0698 06A9 06AF 06BA 06BE "
    "06C0-06C3 06CC 06D2 06D3"
)

_SUBSETS = {
    "NotoNaskhArabic-Regular": _ARABIC + " 067E 0686 0698 06A4 06A9 06AF 06CC",
    "NotoNaskhArabic-Bold": _ARABIC + " 067E 0686 0698 06A4 06A9 06AF 06CC",
    "NotoNastaliqUrdu-Regular": _URDU,
}
# What Arabic script is shaped with: joined forms, ligatures, and where marks and letters are placed.
_FEATURES = ("ccmp", "isol", "init", "medi", "fina", "rlig", "calt", "liga", "kern", "mark", "mkmk", "curs", "locl")


@click.command()
@click.option(
    "--source",
    type=click.Path(exists=True, path_type=Path),
    default=Path("/usr/share/fonts/truetype/noto"),
    show_default=True,
    help="Folder of the whole fonts, as Debian's fonts-noto-core installs it.",
)
def main(source: Path) -> None:
    """Cut the fonts down to the letters of Arabic and Urdu and write them as WOFF2."""
    for name, ranges in _SUBSETS.items():
        target = _FONTS / f"{name}.woff2"
        _subset(source / f"{name}.ttf", target, _code_points(ranges))
        click.echo(f"{target.name}: {target.stat().st_size / 1024:.1f} kB")


def _subset(source: Path, target: Path, code_points: Sequence[int]) -> None:
    options = Options(flavor="woff2", hinting=False, layout_features=list(_FEATURES), name_IDs=[0, 1, 2, 5, 13, 14])
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    save_font(font, str(target), options)


def _code_points(ranges: str) -> list[int]:
    """The code points of hexadecimal numbers and ranges.

    >>> _code_points("0041 0061-0063")
    [65, 97, 98, 99]
    """
    points: list[int] = []
    for item in ranges.split():
        first, _, last = item.partition("-")
        points += range(int(first, 16), int(last or first, 16) + 1)
    return points


if __name__ == "__main__":
    main()
