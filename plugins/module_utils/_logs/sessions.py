# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: lines that have a number in common, and of which one says who has logged in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .entry import Entry, Grant, Verdict

# Events of parsers for formats with sessions.
START, LOGIN, GUESS, LINE, END = "start", "login", "guess", "line", "end"


@dataclass(slots=True)
class _Session:
    grants: tuple[Grant, ...] = ()
    ended: bool = False


class Sessions:
    """Who is handed which lines: whoever has logged in, all of the session; whose name was tried, that line."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._current: dict[bytes, _Session] = {}
        self._sessions: dict[bytes, list[_Session]] = {}
        self._ended: dict[bytes, bool] = {}
        self._positions: dict[bytes, int] = {}

    def key(self, entry: Entry) -> bytes:
        """Return the session in which somebody asked for has logged in, or was named."""
        return entry.key if self._own(entry) else b""

    def learn(self, entry: Entry, when: float) -> None:
        """Note whose session it is."""
        if not entry.key:
            return
        session = self._current.get(entry.key)
        if session is None or session.ended or entry.event == START:
            session = self._current[entry.key] = _Session()
            self._sessions.setdefault(entry.key, []).append(session)
        session.ended = entry.event == END
        if entry.event == LOGIN:
            session.grants += tuple(grant for grant in self._own(entry) if grant not in session.grants)

    def lacking(self) -> Collection[bytes]:
        """Return nothing: no session leads to another."""
        return ()

    def judge(self, entry: Entry, when: float) -> Verdict:
        """Hand a line to whoever has logged in, or whose name was tried."""
        if not entry.key:
            return Verdict(self._own(entry), ())
        if self._ended.get(entry.key, True) or entry.event == START:
            self._positions[entry.key] = self._positions.get(entry.key, -1) + 1
        self._ended[entry.key] = entry.event == END
        grants = self._sessions[entry.key][self._positions[entry.key]].grants
        return Verdict(self._own(entry) if entry.event == GUESS else grants, [grant.name for grant in grants])

    def _own(self, entry: Entry) -> list[Grant]:
        return [Grant(name.value, name.role) for name in entry.names if name.value in self._names]
