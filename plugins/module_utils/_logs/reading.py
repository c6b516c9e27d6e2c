# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs read once for any number of customers: each line that is somebody's goes to whose it is, with its reason.

grep finds the lines that can matter, so what a log costs hardly depends on how many customers are asked for. A line is
handed to nobody but those whom the parser of its format names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, NamedTuple

from .._data_model.selection import Spans, was_held
from .entry import NOBODY, Concerned, Grant, LogEntry, Role
from .files import BEGINNING, LogFile, open_log, passed_over, shown_path
from .kept import KeptLines
from .rotation import beginning, distinct
from .search import DamagedLog, Patterns, matching
from .sinks import LineCount, LineOwner, LogSink
from .times import Clock
from .tracker import Flat, Tracker

Parser = Callable[[bytes], LogEntry | None]  # pylint: disable=unsupported-binary-operation  # a class it takes for a value
ADDRESSES = re.compile(rb"@[A-Za-z0-9.-]+")
# Longer ones are no lines of a log: Apache writes at most some 8190 bytes, four for each, of what a visitor sends.
LIMIT = 1 << 17
# Every round finds queue IDs that the one before told of. Whoever has more of them in a row is followed in one step.
_ROUNDS = 3
_SPELLINGS = 1000
# More than these are counted together.
_FEW = 8


@dataclass(frozen=True, slots=True)
class Format:
    """What is known of the lines of a log.

    ``is_one`` tells lines of this format from those of others, also where they are nobody's. ``mention`` finds in a
    line what could be the name of somebody asked for, in whatever place. Lines that ``ignored`` tells of are another
    store's. ``text`` makes the pattern that finds the lines of a key. One of ``links`` stands in every line that leads
    from one key to another.
    """

    parse: Parser
    is_one: Callable[[bytes], bool]
    mention: re.Pattern[bytes] = ADDRESSES
    ignored: Callable[[bytes], bool] = lambda _line: False
    text: Callable[[bytes], bytes] = lambda key: key
    links: Sequence[bytes] = ()


class OwnerIndex(NamedTuple):
    """Who is asked for: by the names that parsers give, by what ``mention`` finds, and what to search for.

    ``held`` says when the names are theirs; those that are not in it always are.
    """

    owners: Mapping[str, LineOwner]
    mentioned: Mapping[bytes, Sequence[LineOwner]]
    patterns: Sequence[bytes]
    held: Mapping[str, Spans] = {}


def read_flat(path: str, form: Format, index: OwnerIndex, sink: LogSink[Any], *, required: bool = False) -> None:
    """Read a log whose lines stand alone."""
    counter = _Counter(form, index, Flat(index.owners), sink)
    for log in passed_over(path):
        sink.note_unread(log)
    with open_log(path, required=required) as files, Patterns(index.patterns, ignore_case=True) as patterns:
        _note_other_formats(path, files, form, sink.note_unread)
        for clock, line in _found(path, files, patterns, sink.note_unread):
            counter.hand_out(line, form.parse(line), clock)


def read_whole(  # more of them are named
    path: str,
    form: Format,
    owner: LineOwner,
    sink: LogSink[Any],
    *,
    is_owners: Callable[[bytes], bool],
    required: bool = False,
    held: Spans | None = None,
) -> None:
    """Read a log that is one owner's as a whole: every line is theirs of the time that they have its name (``held``),
    but for those that were not understood and of which ``is_owners`` does not say so.
    """
    place, reason = sink.of(owner), _reason(Role.SITE, owner.item)
    for log in passed_over(path):
        place.note_unread(log)
    with open_log(path, required=required) as files:
        for clock, line in _found(path, files, None, place.note_unread):
            entry = form.parse(line)
            when = clock.seconds(entry.stamp) if entry is not None else None
            if entry is not None and when is not None:
                if was_held(held, when):
                    place.give(line, entry, when, reason)
                else:
                    place.withheld += 1
            elif form.ignored(line):
                continue
            elif held is None and is_owners(line):
                place.give_unread(line)
            else:
                place.unexplained += 1


def read_together(
    paths: Sequence[str],
    form: Format,
    index: OwnerIndex,
    make_tracker: Callable[[], Tracker],
    sink: LogSink[Any],
    *,
    required: bool = False,
) -> None:
    """Read logs in which lines belong together: those that name somebody first, then all that belong to them."""
    for path in distinct(paths):
        for log in passed_over(path):
            sink.note_unread(log)
        with open_log(path, required=required) as files:
            _note_other_formats(path, files, form, sink.note_unread)
            _Together(path, files, form, index, make_tracker).read(sink)


class _Together:
    def __init__(
        self,
        path: str,
        files: Sequence[LogFile],
        form: Format,
        index: OwnerIndex,
        make_tracker: Callable[[], Tracker],
    ) -> None:
        self._path, self._files, self._form, self._index, self._make = path, files, form, index, make_tracker
        self._keys: set[bytes] = set()
        # how the names stand in lines that no key leads to
        self._spelled: set[bytes] = set()

    def read(self, sink: LogSink[Any]) -> None:
        """Read the logs as often as queue IDs lead to others, mostly once for the names and once for the rest."""
        tracker = self._make()
        with Patterns(self._index.patterns, ignore_case=True) as patterns:
            for _clock, line in _found(self._path, self._files, patterns, sink.note_unread):
                self._note(line, tracker)
        if not self._keys and not self._spelled:
            return
        for _round in range(_ROUNDS):
            lacking = self._lacking(sink)
            if not lacking:
                return
            self._keys |= lacking
        self._follow(sink)
        self._lacking(sink, is_last=True)

    def _lacking(self, sink: LogSink[Any], *, is_last: bool = False) -> set[bytes]:
        """Judge the lines of the keys, unless they lead to others, which are returned: in the last round only what was
        written meanwhile can.
        """
        with closing(KeptLines()) as kept:
            tracker = self._make()
            parts = self._keep(kept, tracker, sink)
            lacking = set(tracker.lacking()) - self._keys
            if is_last or not lacking:
                self._judge(kept, parts, tracker, sink)
            return lacking

    def _follow(self, sink: LogSink[Any]) -> None:
        """Add all keys that those known lead to, over any number of others."""
        links: dict[bytes, list[bytes]] = {}
        tracker = self._make()
        with Patterns(self._form.links) as patterns:
            for _clock, line in _found(self._path, self._files, patterns, sink.note_unread):
                entry = self._form.parse(line)
                if entry is not None and (link := tracker.link(entry)):
                    links.setdefault(link[0], []).append(link[1])
        left = list(self._keys)
        while left:
            found = [key for key in links.get(left.pop(), ()) if key not in self._keys]
            self._keys.update(found)
            left += found

    def _note(self, line: bytes, tracker: Tracker) -> None:
        entry = self._form.parse(line)
        if entry is not None and (key := tracker.key(entry)):
            self._keys.add(key)
        elif not self._form.ignored(line) and len(self._spelled) < _SPELLINGS:
            found = (match[0] for match in self._form.mention.finditer(line))
            self._spelled |= {text for text in found if text.lower() in self._index.mentioned}

    def _keep(self, kept: KeptLines, tracker: Tracker, sink: LogSink[Any]) -> list[tuple[LogFile, int]]:
        """Keep the lines that may matter, show each to the tracker, return how many there are of each file."""
        parts: list[tuple[LogFile, int]] = []
        many = len(self._spelled) >= _SPELLINGS
        names = self._index.patterns if many else sorted(self._spelled)
        texts = [*map(self._form.text, sorted(self._keys)), *names]
        with Patterns(texts, ignore_case=many) as patterns:
            for file in self._files:
                clock, number = Clock(file.changed), 0
                for line in _lines_of(file, _shown(self._path, file), patterns, sink.note_unread):
                    number += 1
                    entry = self._form.parse(line)
                    kept.add(line, entry)
                    if entry is not None:
                        tracker.learn(entry, clock)
                parts.append((file, number))
        return parts

    def _judge(
        self, kept: KeptLines, parts: Sequence[tuple[LogFile, int]], tracker: Tracker, sink: LogSink[Any]
    ) -> None:
        counter = _Counter(self._form, self._index, tracker, sink)
        lines = kept.read()
        for file, number in parts:
            clock = Clock(file.changed)
            for line, entry in islice(lines, number):
                counter.hand_out(line, entry, clock)
        counter.settle()


class _Counter:
    """Hands lines out: gives each to whose it is, and counts it for all others who are concerned or mentioned in it.

    Where many are concerned, their lines are counted once for all of them, which ``settle`` brings to an end.
    """

    def __init__(self, form: Format, index: OwnerIndex, tracker: Tracker, sink: LogSink[Any]) -> None:
        self._form, self._index, self._tracker, self._sink = form, index, tracker, sink
        # few combinations of people and reasons come again and again
        self._known: dict[tuple[Grant, ...], list[_Share]] = {}
        self._groups: dict[Concerned, _Group] = {}

    def hand_out(self, line: bytes, entry: LogEntry | None, clock: Clock) -> None:
        """Hand one line out."""
        # a tracker is shown all lines, so that it knows which belong together
        grants, concerned = self._tracker.judge(entry, clock) if entry is not None else NOBODY
        group = self._group(concerned) if len(concerned.names) > _FEW else None
        others = self._mentioned(line)
        if group is None:
            for name in concerned.names:
                others.add(self._index.owners[name])
        when = clock.seconds(entry.stamp) if entry is not None else None
        if entry is None or when is None:
            others.update(group.owners if group is not None else ())
            for owner in others if not self._form.ignored(line) else ():
                self._sink.of(owner).unexplained += 1
            return
        grants = self._of_the_time(grants, when)
        for owner, place, reason, counted in self._known.get(grants) or self._shares(grants):
            others.discard(owner)
            place.give(line, entry, when, reason, counted)
            if group is not None and owner in group.owners:
                # that line is not withheld, as the group counts it
                place.withheld -= 1
        if group is not None:
            group.lines += 1
        for owner in others:
            if group is None or owner not in group.owners:
                self._sink.of(owner).withheld += 1

    def _of_the_time(self, grants: tuple[Grant, ...], when: float) -> tuple[Grant, ...]:
        """Return the grants to those who had the name at that time."""
        held = self._index.held
        return tuple(grant for grant in grants if was_held(held.get(grant.name), when)) if held else grants

    def settle(self) -> None:
        """Count what was counted for many at once, after the last line."""
        for group in self._groups.values():
            for owner in group.owners:
                self._sink.of(owner).withheld += group.lines

    def _group(self, concerned: Concerned) -> _Group:
        if concerned not in self._groups:
            self._groups[concerned] = _Group(frozenset(self._owners(concerned)))
        return self._groups[concerned]

    def _owners(self, concerned: Concerned) -> Iterator[LineOwner]:
        return (self._index.owners[name] for name in concerned.names)

    def _shares(self, grants: tuple[Grant, ...]) -> list[_Share]:
        mine: dict[LineOwner, list[Grant]] = {}
        for grant in grants:
            mine.setdefault(self._index.owners[grant.name], []).append(grant)
        shares = [
            _Share(
                owner,
                self._sink.of(owner),
                b"; ".join(dict.fromkeys(_reason(grant.role, grant.name) for grant in found)),
                {grant.counted for grant in found if grant.counted},
            )
            for owner, found in mine.items()
        ]
        # those of many hardly come again
        if len(grants) <= _FEW:
            self._known[grants] = shares
        return shares

    def _mentioned(self, line: bytes) -> set[LineOwner]:
        found: set[LineOwner] = set()
        mentioned = self._index.mentioned
        for name in self._form.mention.findall(line):
            if owners := mentioned.get(name.lower()):
                found.update(owners)
        return found


@dataclass(slots=True)
class _Group:
    """Many who are concerned by lines that belong together, and how many lines these are."""

    owners: frozenset[LineOwner]
    lines: int = 0


class _Share(NamedTuple):
    """An owner of a line, why, and what it counts as."""

    owner: LineOwner
    place: LineCount
    reason: bytes
    counted: Collection[str]


def _reason(role: Role, name: str) -> bytes:
    return f"{role} {name}".encode()


def _note_other_formats(path: str, files: Iterable[LogFile], form: Format, other: Callable[[str], None]) -> None:
    """Tell ``other`` of the files that have lines, none of which is of the format: how a file begins shows that."""
    for file in files:
        lines = beginning(file.descriptor, file.packing, BEGINNING).split(b"\n")
        # the last one is not finished, or empty
        whole = lines[:-1] or lines
        if any(whole) and not any(form.is_one(line) or form.ignored(line) for line in whole):
            other(_shown(path, file))


def _found(
    path: str, files: Iterable[LogFile], patterns: Patterns | None, damaged: Callable[[str], None]
) -> Iterator[tuple[Clock, bytes]]:
    """Yield the lines of all files; ``damaged`` is told of those that can't be read to their ends."""
    for file in files:
        clock = Clock(file.changed)
        for line in _lines_of(file, _shown(path, file), patterns, damaged):
            yield clock, line


def _lines_of(file: LogFile, shown: str, patterns: Patterns | None, damaged: Callable[[str], None]) -> Iterator[bytes]:
    # to a program that unpacks, a file with nothing in it is damaged
    if not file.size:
        return
    try:
        with matching(file.descriptor, file.packing, shown, patterns) as lines:
            yield from _lines(lines)
    except DamagedLog:
        damaged(shown)


def _lines(content: IO[bytes]) -> Iterator[bytes]:
    """Yield lines without their ends; what is too long for one is read over."""
    while line := content.readline(LIMIT):
        if line.endswith(b"\n"):
            yield line[:-1]
        elif len(line) < LIMIT:
            # the last one is still being written, or for ever without an end
            yield line
        else:
            while line and not line.endswith(b"\n"):
                line = content.readline(LIMIT)


def _shown(path: str, file: LogFile) -> str:
    return shown_path(f"{path.rpartition('/')[0]}/{file.name}")
