# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections as files that other programs take: an address book as cards, a calendar as one or a few calendars."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any

from .._clients.as_owner import shown
from .._clients.radicale import CALENDAR, CONTACTS, Collection
from .._clients.tree import why_not
from .._data_model.item_export import ItemExport, PayloadWriter
from .._formats import contentlines
from .._formats.payload_names import PayloadNames, readable

# Programs for calendars define the same time zone each in its own way. More ways than this nobody has.
_CALENDARS_LIMIT = 10
_COLOR = re.compile(r"#[0-9A-Fa-f]{3,8}")
_HEADER = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//magmasoft.hosting//export//EN\r\n"
_FOOTER = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, slots=True)
class _Item:
    """An open item with the components of its calendar."""

    handle: IO[bytes]
    components: Sequence[contentlines.Component] = ()


@dataclass(slots=True)
class _Delivered:
    """What became of a collection so far: names of files, those of items that fit in none apart from the others."""

    collection: Collection
    files: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.collection.name,
            "kind": self.collection.tag,
            "files": self.files,
            "apart": self.apart,
            "properties": self.collection.properties,
        }


@dataclass(frozen=True, slots=True)
class CollectionFiles:
    """Writes the collections of an address below ``place`` of a bag."""

    place: str
    export: ItemExport
    names: PayloadNames = field(default_factory=PayloadNames)

    def write(self, collections: Sequence[Collection]) -> None:
        """Write each collection, and a list of them with what is known of each."""
        self.names.make("collections.json")
        delivered = [self._write_one(collection) for collection in collections]
        if delivered:
            with self.export.file(f"{self.place}/collections.json") as out:
                told = [one.record() for one in delivered]
                out.write(json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n")

    def _write_one(self, collection: Collection) -> _Delivered:
        done = _Delivered(collection)
        for what, reason in collection.left_out:
            self.export.leave_out(what, reason)
        write = {CALENDAR: self._write_calendars, CONTACTS: self._write_cards}.get(collection.tag)
        rest = write(done) if write else collection.items
        if rest:
            self._write_apart(done, rest)
        return done

    def _write_cards(self, done: _Delivered) -> list[str]:
        """Deliver all cards in one file; return the items that are none."""
        rest: list[str] = []

        def cards(name: str, handle: IO[bytes]) -> _Item | None:
            try:
                contentlines.is_cards(handle)
            except ValueError:
                rest.append(name)
                return None
            return _Item(handle)

        found = self._items(done.collection, done.collection.items, cards)
        first = next(found, None)
        if first is not None:
            with self._new_file(done, ".vcf") as out:
                for item in chain([first], found):
                    _copy(item.handle, out)
        return rest

    def _write_calendars(self, done: _Delivered) -> list[str]:
        """Deliver a calendar; return the items that can't be part of one.

        A time zone is written once. An item that defines one of the same name otherwise goes into another file.
        """
        broken: list[str] = []
        waiting = done.collection.items
        for _number in range(_CALENDARS_LIMIT):
            calendar = _Calendar(broken)
            found = self._items(done.collection, waiting, calendar.take)
            first = next(found, None)
            if first is not None:
                with self._new_file(done, ".ics") as out:
                    calendar.write(done.collection, chain([first], found), out)
            waiting = calendar.later
            if first is None:
                break
        return sorted([*broken, *waiting])

    def _write_apart(self, done: _Delivered, items: Sequence[str]) -> None:
        """Deliver items as they are, each in a file of its own."""
        folder = self.names.make(f"{readable(done.collection.name)}-apart")
        within = PayloadNames()

        def anything(name: str, handle: IO[bytes]) -> _Item:
            stem, _dot, suffix = name.rpartition(".")
            plain = f".{readable(suffix)}" if stem and suffix in ("ics", "vcf") else ""
            done.apart.append(f"{folder}/{within.make(os.fsencode(stem if plain else name), plain)}")
            return _Item(handle)

        for item in self._items(done.collection, items, anything):
            with self.export.file(f"{self.place}/{done.apart[-1]}") as out:
                _copy(item.handle, out)

    def _new_file(self, done: _Delivered, suffix: str) -> AbstractContextManager[PayloadWriter]:
        done.files.append(self.names.make(done.collection.name, suffix))
        return self.export.file(f"{self.place}/{done.files[-1]}")

    def _items(
        self, collection: Collection, names: Sequence[str], look: Callable[[str, IO[bytes]], _Item | None]
    ) -> Iterator[_Item]:
        """Yield the items that ``look`` takes, each open until the next one is asked for."""
        for name, handle in collection.opened_items(names, self.export.leave_out):
            try:
                item = look(name, handle)
            except OSError as error:
                self.export.leave_out(shown(name), why_not(error))
                continue
            if item is not None:
                self.export.saw(os.fstat(handle.fileno()).st_mtime)
                yield item


@dataclass(slots=True)
class _Calendar:
    """One calendar: the time zones in it, and the items that have to wait for another one."""

    broken: list[str]
    later: list[str] = field(default_factory=list)
    zones: dict[bytes, bytes] = field(default_factory=dict)

    def take(self, name: str, handle: IO[bytes]) -> _Item | None:
        """Return an item that fits in."""
        try:
            components = contentlines.components(handle)
        except ValueError:
            self.broken.append(name)
            return None
        if not self._agrees(components):
            self.later.append(name)
            return None
        return _Item(handle, components)

    def write(self, collection: Collection, items: Iterable[_Item], out: PayloadWriter) -> None:
        """Write the calendar."""
        out.write(_HEADER)
        out.write(contentlines.line("X-WR-CALNAME", collection.name))
        description = collection.properties.get("C:calendar-description")
        if isinstance(description, str) and description:
            out.write(contentlines.line("X-WR-CALDESC", description))
        color = collection.properties.get("ICAL:calendar-color")
        if isinstance(color, str) and _COLOR.fullmatch(color):
            out.write(contentlines.line("X-APPLE-CALENDAR-COLOR", color))
        for item in items:
            for component in item.components:
                if component.zone is None or component.zone not in self.zones:
                    _copy(item.handle, out, component.start, component.end)
                if component.zone is not None:
                    self.zones[component.zone] = component.digest
        out.write(_FOOTER)

    def _agrees(self, components: Sequence[contentlines.Component]) -> bool:
        """Tell whether an item means the same by its time zones as those before it, and always the same itself."""
        seen = dict(self.zones)
        return all(
            seen.setdefault(component.zone, component.digest) == component.digest
            for component in components
            if component.zone is not None
        )


def _copy(handle: IO[bytes], out: PayloadWriter, start: int = 0, end: int | None = None) -> None:
    for piece in contentlines.copied(handle, start, end):
        out.write(piece)
