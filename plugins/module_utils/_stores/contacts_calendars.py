# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts and calendars: Radicale's collections, each as one file of cards or one calendar."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any

from .._clients.as_owner import shown
from .._clients.file_reader import NO_FILE
from .._core.errors import Incomplete, ServiceUnavailable
from .._core.files import directory, lstat, names_in, open_below, read_regular
from .._data_model.addresses import canonical, names_of
from .._data_model.item_export import ItemExport, PayloadWriter, Reason
from .._data_model.measurement import Tally
from .._data_model.place import ADDRESS_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Mailbox, Selection
from .._formats import contentlines
from .._formats.payload_names import PayloadNames, readable
from ._base import CLOUD_ACCOUNTS, Belongs, Exclusion, ItemStore, PayloadFile

_PROPERTIES = ".Radicale.props"
_PROPERTIES_LIMIT = 4 << 20
_CALENDAR, _CONTACTS = "VCALENDAR", "VADDRESSBOOK"
_DEPTH = 16
# Programs for calendars define the same time zone each in its own way. More ways than this nobody has.
_CALENDARS_LIMIT = 10
_COLOR = re.compile(r"#[0-9A-Fa-f]{3,8}")
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_HEADER = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//magmasoft.hosting//export//EN\r\n"
_FOOTER = b"END:VCALENDAR\r\n"


@dataclass(slots=True)
class _Collection:
    """A collection: where it is below an open directory, and what became of it so far."""

    top: int
    path: tuple[str, ...]
    properties: Mapping[str, Any]
    items: list[str]
    files: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.properties.get("tag") or "")

    @property
    def name(self) -> str:
        """Return how its owner calls it."""
        return str(self.properties.get("D:displayname") or "") or shown("/".join(self.path[1:]))


@dataclass(frozen=True, slots=True)
class _Item:
    """An open item with the components of its calendar."""

    handle: IO[bytes]
    components: Sequence[contentlines.Component] = ()


@dataclass(frozen=True, slots=True)
class _Users:
    """The open directory of all users, and the names in it by the address that each counts as."""

    top: int
    names: Mapping[str, Sequence[str]]


class ContactsCalendars(ItemStore[Mailbox, _Users]):
    """Place: ``collections``, the directory in which Radicale has one for each user (collection-root), and ``login``,
    that user for an address, with {address}, {local}, {domain}.
    """

    kind = "contacts_calendars"
    groups = ("hosting_cloud",)
    item_set = CLOUD_ACCOUNTS
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("cloud")
    payload = (
        PayloadFile("cloud/<address>/<name>.vcf", "an address book (RFC 6350 or 2426)", "any program for contacts"),
        PayloadFile("cloud/<address>/<name>.ics", "a calendar (RFC 5545)", "any program for calendars"),
        PayloadFile("cloud/<address>/collections.json", "their own names and properties"),
        PayloadFile("cloud/<address>/<name>-apart/<item>", "what fits in neither, as it is"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._root = keys.path("collections", "/var/lib/radicale/collections/collection-root")
        self._login = keys.template("login", ADDRESS_FIELDS, "{address}")
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[_Users]:
        """Open the directory of all users, and list it."""
        with ExitStack() as stack:
            try:
                top = stack.enter_context(directory(self._root))
            except FileNotFoundError:
                raise ServiceUnavailable(
                    f"{self._root}: there is no such directory",
                    remedy=f"correct hosting_stores.{self.kind}.collections",
                ) from None
            names: dict[str, list[str]] = {}
            for name in sorted(names_in(top)):
                names.setdefault(canonical(name), []).append(name)
            yield _Users(top, names)

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the directory of all users."""
        return self._root

    def has_more(self, shared: _Users, selection: Selection, item: Mailbox) -> bool:
        """Tell whether an address that has opted out has collections from before."""
        return bool(self._found(shared, item))

    def measure_item(self, shared: _Users, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count items."""
        for collection in self._collections(shared, item):
            for found in _states(collection):
                tally.add(found.st_size, found.st_mtime)

    def export_item(self, shared: _Users, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write each collection of an address, and a list of them with what is known of each."""
        _export(item, list(self._collections(shared, item)), export)

    def _found(self, users: _Users, mailbox: Mailbox) -> list[str]:
        logins = dict.fromkeys(for_address(self._login, name) for name in names_of(mailbox))
        return [name for login in logins for name in users.names.get(login, ())]

    def _collections(self, users: _Users, mailbox: Mailbox) -> Iterator[_Collection]:
        """Yield the collections of an address, those within others as well."""
        waiting: list[tuple[str, ...]] = [(user,) for user in self._found(users, mailbox)]
        for path in waiting:
            below = _opened_below(users.top, path)
            if below is None:
                continue
            try:
                names = sorted(name for name in names_in(below) if not name.startswith("."))
                kinds = {name: lstat(below, name) for name in names}
                folders = {name for name, found in kinds.items() if found and stat.S_ISDIR(found.st_mode)}
                properties = _properties(below, path)
            finally:
                os.close(below)
            if len(path) > _DEPTH:
                raise Incomplete(f"{shown('/'.join(path))}: too deep", remedy="see to Radicale's collections")
            waiting.extend((*path, name) for name in sorted(folders))
            items = [name for name in names if name not in folders]
            if len(path) > 1 or items:
                yield _Collection(users.top, path, properties, items)


def _export(mailbox: Mailbox, collections: Sequence[_Collection], export: ItemExport) -> None:
    names = PayloadNames()
    names.make("collections.json")
    writers: Mapping[str, Callable[[_Collection, str, PayloadNames, ItemExport], list[str]]] = {
        _CALENDAR: _export_calendar,
        _CONTACTS: _export_cards,
    }
    place = f"cloud/{mailbox.name}"
    for collection in collections:
        deliver = writers.get(collection.kind)
        rest = collection.items if deliver is None else deliver(collection, place, names, export)
        _export_apart(collection, rest, place, names, export)
    if collections:
        with export.file(f"{place}/collections.json") as out:
            out.write(json.dumps([_told(one) for one in collections], indent=1, ensure_ascii=False).encode() + b"\n")


def _told(collection: _Collection) -> dict[str, Any]:
    return {
        "name": collection.name,
        "kind": collection.kind,
        "files": collection.files,
        "apart": collection.apart,
        "properties": collection.properties,
    }


def _export_cards(collection: _Collection, place: str, names: PayloadNames, export: ItemExport) -> list[str]:
    """Deliver all cards in one file; return the items that are none."""
    rest: list[str] = []

    def cards(name: str, handle: IO[bytes]) -> _Item | None:
        try:
            contentlines.is_cards(handle)
        except ValueError:
            rest.append(name)
            return None
        return _Item(handle)

    found = _items(collection, collection.items, cards, export)
    first = next(found, None)
    if first is not None:
        collection.files.append(names.make(collection.name, ".vcf"))
        with export.file(f"{place}/{collection.files[-1]}") as out:
            for item in chain([first], found):
                _copy(item.handle, out)
    return rest


def _export_calendar(collection: _Collection, place: str, names: PayloadNames, export: ItemExport) -> list[str]:
    """Deliver a calendar; return the items that can't be part of one.

    A time zone is written once. An item that defines one of the same name otherwise goes into another file.
    """
    waiting, broken = collection.items, []
    for _number in range(_CALENDARS_LIMIT):
        later: list[str] = []
        zones: dict[bytes, bytes] = {}

        def fitting(  # pylint: disable=dangerous-default-value  # those of this round
            name: str, handle: IO[bytes], zones: dict[bytes, bytes] = zones, later: list[str] = later
        ) -> _Item | None:
            try:
                components = contentlines.components(handle)
            except ValueError:
                broken.append(name)
                return None
            if not _agree(components, zones):
                later.append(name)
                return None
            return _Item(handle, components)

        found = _items(collection, waiting, fitting, export)
        first = next(found, None)
        if first is None:
            waiting = later
            break
        collection.files.append(names.make(collection.name, ".ics"))
        with export.file(f"{place}/{collection.files[-1]}") as out:
            _write_calendar(collection, chain([first], found), zones, out)
        waiting = later
    return sorted([*broken, *waiting])


def _agree(components: Sequence[contentlines.Component], zones: Mapping[bytes, bytes]) -> bool:
    """Tell whether an item means the same by its time zones as those before it, and always the same itself."""
    seen = dict(zones)
    return all(
        seen.setdefault(component.zone, component.digest) == component.digest
        for component in components
        if component.zone is not None
    )


def _write_calendar(
    collection: _Collection, items: Iterable[_Item], zones: dict[bytes, bytes], out: PayloadWriter
) -> None:
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
            if component.zone is None or component.zone not in zones:
                _copy(item.handle, out, component.start, component.end)
            if component.zone is not None:
                zones[component.zone] = component.digest
    out.write(_FOOTER)


def _export_apart(
    collection: _Collection, items: Sequence[str], place: str, names: PayloadNames, export: ItemExport
) -> None:
    """Deliver items as they are, each in a file of its own."""
    if not items:
        return
    folder = names.make(f"{readable(collection.name)}-apart")
    within = PayloadNames()

    def anything(name: str, handle: IO[bytes]) -> _Item:
        stem, _dot, suffix = name.rpartition(".")
        plain = f".{readable(suffix)}" if stem and suffix in ("ics", "vcf") else ""
        collection.apart.append(f"{folder}/{within.make(os.fsencode(stem if plain else name), plain)}")
        return _Item(handle)

    for item in _items(collection, items, anything, export):
        with export.file(f"{place}/{collection.apart[-1]}") as out:
            _copy(item.handle, out)


def _items(
    collection: _Collection,
    names: Iterable[str],
    look: Callable[[str, IO[bytes]], _Item | None],
    export: ItemExport,
) -> Iterator[_Item]:
    """Yield the items that ``look`` takes, each open until the next one is asked for."""
    below = _opened_below(collection.top, collection.path)
    if below is None:
        export.leave_out(collection.name, Reason.VANISHED)
        return
    try:
        for name in names:
            with ExitStack() as stack:
                handle = _opened(stack, below, name, export)
                item = None if handle is None else look(name, handle)
                if item is not None:
                    export.saw(os.fstat(item.handle.fileno()).st_mtime)
                    yield item
    finally:
        os.close(below)


def _opened(stack: ExitStack, below: int, name: str, export: ItemExport) -> IO[bytes] | None:
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=below)
    except FileNotFoundError:
        export.leave_out(shown(name), Reason.VANISHED)
        return None
    except OSError as error:
        if error.errno not in NO_FILE:
            raise
        export.leave_out(shown(name), Reason.SPECIAL)
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        export.leave_out(shown(name), Reason.SPECIAL)
        return None
    return stack.enter_context(os.fdopen(descriptor, "rb"))


def _copy(handle: IO[bytes], out: PayloadWriter, start: int = 0, end: int | None = None) -> None:
    for piece in contentlines.copied(handle, start, end):
        out.write(piece)


def _states(collection: _Collection) -> Iterator[os.stat_result]:
    below = _opened_below(collection.top, collection.path)
    if below is None:
        return
    try:
        for name in collection.items:
            found = lstat(below, name)
            if found is not None and stat.S_ISREG(found.st_mode):
                yield found
    finally:
        os.close(below)


def _properties(below: int, path: Sequence[str]) -> Mapping[str, Any]:
    place = shown("/".join(path))
    raw = read_regular(below, _PROPERTIES, shown=f"{place}/{_PROPERTIES}", limit=_PROPERTIES_LIMIT)
    try:
        found = json.loads(raw) if raw is not None else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Incomplete(f"{place}/{_PROPERTIES}: is no JSON of Radicale", remedy="see to Radicale's collections")
    return found


def _opened_below(top: int, path: Sequence[str]) -> int | None:
    """Open a directory, which its owner may have removed meanwhile."""
    try:
        return open_below(top, *path, shown=shown("/".join(path)))
    except FileNotFoundError:
        return None
