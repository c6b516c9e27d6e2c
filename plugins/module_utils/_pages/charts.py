# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as SVG inside the page: they need no file, no script and no style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .formats import Notation
from .markup import Markup, element
from .style import ACCENT, ACCENT_LIGHT, LINE, SOFT

COLOURS: Final = (ACCENT, ACCENT_LIGHT)
_BAR_WIDTH: Final = 100
_BAR_HEIGHT: Final = 12
# Where nothing is drawn though there is something, people think that it is missing.
_LEAST: Final = 0.8
_WIDTH: Final = 360
_HEIGHT: Final = 190
_TOP: Final = 12
_BASE: Final = 164
_DIGIT: Final = 6
_FONT: Final = 10
_WIDEST: Final = 26
_LABELS: Final = 5
_STEPS: Final = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each month."""

    name: str
    values: tuple[int, ...]


def share(value: int, largest: int) -> Markup:
    """Return a bar as long as the value's share of the largest. The numbers stand beside it: it is decoration."""
    share = max(_LEAST, _BAR_WIDTH * value / largest) if value and largest else 0
    return element(
        "svg",
        element("rect", width=f"{share:.1f}", height=_BAR_HEIGHT, fill=ACCENT),
        aria_hidden="true",
        width=_BAR_WIDTH,
        height=_BAR_HEIGHT,
        viewBox=f"0 0 {_BAR_WIDTH} {_BAR_HEIGHT}",
        preserveAspectRatio="none",
    )


def columns(
    key: str, title: str, description: str, months: Sequence[str], series: Sequence[Series], notation: Notation
) -> Markup:
    """Return a column chart of some months; ``key`` makes the identifiers unique in the page."""
    limit = _nice(max(value for line in series for value in line.values))
    left = _DIGIT * len(notation.number(limit)) + 8
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-description"),
        _scale(limit, left, notation),
        _columns(limit, left, series),
        _labels(left, [notation.month(month) for month in months]),
        role="img",
        aria_labelledby=f"{key}-title {key}-description",
        width=_WIDTH,
        height=_HEIGHT,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
    )


def legend(series: Sequence[Series]) -> Markup:
    """Return what the colours mean."""
    drawn = zip(series, COLOURS, strict=False)
    return element(
        "p", [element("span", _swatch(colour), " ", line.name, " ") for line, colour in drawn], class_="legend"
    )


def _swatch(colour: str) -> Markup:
    return element(
        "svg", element("rect", width=_FONT, height=_FONT, fill=colour), aria_hidden="true", width=_FONT, height=_FONT
    )


def _nice(value: int) -> int:
    """Return a round number that is not less."""
    power = 1
    while value > _STEPS[-1] * power:
        power *= 10
    return next(step * power for step in _STEPS if step * power >= value)


def _scale(limit: int, left: int, notation: Notation) -> Iterator[Markup]:
    values = (0, limit) if limit % 2 else (0, limit // 2, limit)
    for value in values:
        height = _y(value, limit)
        yield element("line", x1=left, x2=_WIDTH, y1=height, y2=height, stroke=LINE)
        yield _text(notation.number(value), left - 5, height + 3.5, "end")


def _columns(limit: int, left: int, series: Sequence[Series]) -> Iterator[Markup]:
    slot = _slot(left, len(series[0].values))
    width = min(_WIDEST, slot * 0.76 / len(series))
    for number, (line, colour) in enumerate(zip(series, COLOURS, strict=False)):
        for month, value in enumerate(line.values):
            start = left + slot * (month + 0.5) + width * (number - len(series) / 2)
            top = _y(value, limit)
            yield element("rect", x=f"{start:.1f}", y=top, width=f"{width:.1f}", height=_BASE - top, fill=colour)


def _labels(left: int, months: Sequence[str]) -> Iterator[Markup]:
    slot = _slot(left, len(months))
    step = -(-len(months) // _LABELS)
    for number in range(0, len(months), step):
        yield _text(months[number], left + slot * (number + 0.5), _HEIGHT - 8, "middle")


def _text(text: str, x: float, y: float, anchor: str) -> Markup:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", font_size=_FONT, fill=SOFT, text_anchor=anchor)


def _slot(left: int, months: int) -> float:
    return (_WIDTH - left) / months


def _y(value: int, limit: int) -> float:
    return round(_BASE - (_BASE - _TOP) * value / limit, 1)
