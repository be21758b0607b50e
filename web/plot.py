"""Stacked bars as rectangles, for a template to draw as SVG. Pure geometry; colours are the style sheet's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 900, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 26
_GAP = 0.2
_LABELS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: `kind` of what it counts, over `label`."""

    label: str
    kind: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at a place along an axis."""

    label: str
    place: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars with the labels of both axes."""

    bars: Sequence[Bar]
    along: Sequence[Tick]
    up: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def plot(counts: Mapping[str, Mapping[str, int]], kinds: Sequence[str]) -> Plot:
    """A bar for each label in order, with a part for each kind that has a count there, the first kind lowest."""
    most = round_up(max((sum(parts.values()) for parts in counts.values()), default=0))
    scale = (HEIGHT - _TOP - _BOTTOM) / most
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    bars: list[Bar] = []
    for place, (label, parts) in enumerate(counts.items()):
        x = round(_LEFT + (place + _GAP / 2) * step, 1)
        bars += _stack(label, [(kind, parts[kind]) for kind in kinds if parts.get(kind)], x, step * (1 - _GAP), scale)
    every = max(1, -(-len(counts) // _LABELS))
    along = [Tick(label, round(_LEFT + (place + 0.5) * step, 1)) for place, label in enumerate(counts)][::every]
    up = [Tick(str(value), round(HEIGHT - _BOTTOM - value * scale, 1)) for value in sorted({0, most // 2, most})]
    return Plot(bars, along, up)


def _stack(label: str, parts: Sequence[tuple[str, int]], x: float, width: float, scale: float) -> list[Bar]:
    """The parts of one bar, each on top of the one before."""
    bars: list[Bar] = []
    y = float(HEIGHT - _BOTTOM)
    for kind, count in parts:
        y -= count * scale
        bars.append(Bar(label, kind, count, x, round(y, 1), round(width, 1), round(count * scale, 1)))
    return bars


def round_up(value: int) -> int:
    """The next number that makes a good end of an axis.

    >>> [round_up(value) for value in (0, 3, 7, 12, 43, 180, 999)]
    [1, 4, 10, 20, 50, 200, 1000]
    """
    size = 1
    while size * 10 < value:
        size *= 10
    return next(size * factor for factor in (1, 2, 4, 5, 10) if size * factor >= value)
