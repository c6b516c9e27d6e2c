# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: lines that have a number in common, and of which one says who has logged in."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import dataclass

from .entry import UNCONCERNED, Concerned, Grant, LineVerdict, LogEntry
from .times import Clock

# Events of parsers for formats with sessions.
START, LOGIN, GUESS, LINE, END = "start", "login", "guess", "line", "end"


@dataclass(slots=True)
class _Session:
    number: int
    grants: tuple[Grant, ...] = ()
    ended: bool = False
    # who has logged in
    login: str | None = None
    disputed: bool = False


class Sessions:
    """Who is handed which lines: whoever has logged in, all of the session; whose name was tried, that line.

    Nobody logs in twice in a session under two names: a line of that kind is forged, and nobody is handed the session.
    A session that ``resumes`` may go on after its end: the next one of its number has a beginning of its own.
    """

    def __init__(self, names: Collection[str], *, resumes: bool = False) -> None:
        self._names, self._resumes = names, resumes
        self._current: dict[bytes, _Session] = {}
        self._sessions: list[_Session] = []
        # of which session each line is, as it was learned
        self._lines = array("I")
        self._judged = 0

    def key(self, entry: LogEntry) -> bytes:
        """Return the session in which somebody asked for has logged in, or was named."""
        return entry.key if self._own(entry) else b""

    def learn(self, entry: LogEntry, clock: Clock) -> None:
        """Note whose session it is."""
        if not entry.key:
            return
        session = self._current.get(entry.key)
        if session is None or session.ended or entry.event == START:
            session = self._current[entry.key] = _Session(len(self._sessions))
            self._sessions.append(session)
        self._lines.append(session.number)
        session.ended = entry.event == END and not self._resumes
        if entry.event == LOGIN:
            login = entry.names[0].value if entry.names else ""
            session.disputed |= session.login not in (None, login)
            session.login = login
            session.grants += tuple(grant for grant in self._own(entry) if grant not in session.grants)

    def lacking(self) -> Collection[bytes]:
        """Return nothing: no session leads to another."""
        return ()

    def link(self, entry: LogEntry) -> None:
        """Return nothing."""

    def judge(self, entry: LogEntry, clock: Clock) -> LineVerdict:
        """Hand a line to whoever has logged in, or whose name was tried."""
        if not entry.key:
            return LineVerdict(self._own(entry), UNCONCERNED)
        session = self._sessions[self._lines[self._judged]]
        grants = () if session.disputed else session.grants
        self._judged += 1
        concerned = Concerned(tuple(grant.name for grant in grants))
        return LineVerdict(self._own(entry) if entry.event == GUESS else grants, concerned)

    def _own(self, entry: LogEntry) -> tuple[Grant, ...]:
        return tuple(Grant(name.value, name.role) for name in entry.names if name.value in self._names)
