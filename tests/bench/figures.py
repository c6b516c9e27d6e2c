# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the benchmark: ours beside what one would use otherwise, and the goal for the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Seconds of ours and of the other, at one size. ``goal`` bounds ours divided by the other's; 0: no goal."""

    name: str
    what: str
    size: int
    ours: float
    peer: float | None = None
    other: str | None = None
    goal: float = 0

    @property
    def ratio(self) -> float | None:
        """Ours divided by the other's: below 1 ours is faster."""
        return None if self.peer is None else self.ours / self.peer

    @property
    def reached(self) -> bool:
        """Tell whether the goal is reached, as far as there is one."""
        return not self.goal or self.ratio is None or self.ratio <= self.goal

    def report(self) -> dict[str, Any]:
        """Return the figure as build/bench.json has it."""
        return {
            "name": self.name,
            "what": self.what,
            "size": self.size,
            "ours_s": _rounded(self.ours),
            "other_s": _rounded(self.peer),
            "ratio": _rounded(self.ratio),
            "other": self.other,
        }


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a table for people."""
    rows: list[tuple[str, ...]] = [("what", "size", "ours", "other", "ratio", "goal", "")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        str(figure.size),
        f"{figure.ours:.2f} s",
        "" if figure.peer is None else f"{figure.peer:.2f} s",
        "" if figure.ratio is None else _times(figure.ratio),
        _times(figure.goal) if figure.goal else "",
        "" if not figure.goal else "reached" if figure.reached else "NOT REACHED",
    )


def _times(ratio: float) -> str:
    return f"{1 / ratio:.0f} times faster" if ratio < 0.1 else f"{ratio:.2f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
