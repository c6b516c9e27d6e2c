# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides who is handed a line: by itself where it says whose it is, or after all lines that belong together are known.

All lines are seen twice, in the order in which they were written: ``learn`` each, then ``judge`` each.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from .entry import UNCONCERNED, Grant, LineVerdict, LogEntry
from .times import Clock


class Tracker(Protocol):
    """Who is handed lines of a format."""

    def key(self, entry: LogEntry) -> bytes:
        """Return what finds the lines that belong to one which was found by a name; nothing if it stands alone."""

    def learn(self, entry: LogEntry, clock: Clock) -> None:
        """Look at a line for the first time."""

    def lacking(self) -> Collection[bytes]:
        """Return what to search for in addition, now that all lines were looked at."""

    def link(self, entry: LogEntry) -> tuple[bytes, bytes] | None:
        """Return between which two keys a line leads, in this direction; None where it leads nowhere."""

    def judge(self, entry: LogEntry, clock: Clock) -> LineVerdict:
        """Tell who is handed a line, looking at it for the second time."""


class Flat:
    """Lines that stand alone: each is handed to those whom it names."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def key(self, entry: LogEntry) -> bytes:
        """Return nothing."""
        return b""

    def learn(self, entry: LogEntry, clock: Clock) -> None:
        """Do nothing."""

    def lacking(self) -> Collection[bytes]:
        """Return nothing."""
        return ()

    def link(self, entry: LogEntry) -> None:
        """Return nothing."""

    def judge(self, entry: LogEntry, clock: Clock) -> LineVerdict:
        """Hand a line to those whom it names."""
        return LineVerdict(
            tuple(Grant(name.value, name.role) for name in entry.names if name.value in self._names), UNCONCERNED
        )
