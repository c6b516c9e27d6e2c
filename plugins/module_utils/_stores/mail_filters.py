# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail filters: the sieve scripts of each address (RFC 5228), and which of them is in use."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from .._clients.as_owner import SmallFile, read_small_files, shown
from .._core.errors import ServiceUnavailable
from .._core.files import directory as opened
from .._core.files import lstat, names_in, open_below, open_directory
from .._core.process import Identity, owner_of
from .._data_model.addresses import mailboxes
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import ADDRESS_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Mailbox, Selection
from .._formats.payload_names import PayloadNames

_KIND = "mail_filters"
_SUFFIX = ".sieve"
# Pigeonhole takes scripts up to sieve_max_script_size, which is 1 MB.
_LIMIT = 16 << 20


@dataclass(frozen=True, slots=True)
class _Scripts:
    """The scripts of an address: names as they lie in an open directory, whose, and the one in use."""

    directory: int
    owner: Identity
    names: tuple[str, ...]
    active: str | None


class MailFilters:
    """Place: ``home`` of an address, with {address}, {local}, {domain}; below it ``scripts``, a directory, and
    ``active``, a link to the script in use, or that script itself.
    """

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(_KIND, place)
        self._home = keys.path_template("home", ADDRESS_FIELDS)
        self._scripts = keys.below("scripts", "sieve")
        self._active = keys.below("active", ".dovecot.sieve")
        keys.done()

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count scripts."""
        self._require_root()
        for selection, mailbox in mailboxes(selections):
            tally = Tally(_KIND, selection.customer, mailbox.name, for_address(self._home, mailbox.name))
            with tally.noting():
                for directory, name in self._found(mailbox):
                    found = lstat(directory, name)
                    if found is not None and stat.S_ISREG(found.st_mode):
                        tally.add(found.st_size, found.st_mtime)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver each script as a file, and beside them a list with their own names."""
        self._require_root()
        for selection, mailbox in mailboxes(selections):
            with parts[selection.customer].delivering(_KIND, mailbox.name) as delivery:
                self._deliver(mailbox, delivery)

    def _deliver(self, mailbox: Mailbox, delivery: ItemExport) -> None:
        listed: list[dict[str, object]] = []
        names = PayloadNames()
        place = f"mail/{mailbox.name}/sieve"
        names.make("scripts.json")
        for scripts in self._places(mailbox):
            for file in read_small_files(scripts.directory, scripts.owner, scripts.names, _LIMIT):
                if not _is_there(file, delivery):
                    continue
                name = _script_name(file.name)
                payload = names.make(os.fsencode(name), _SUFFIX)
                with delivery.file(f"{place}/{payload}") as out:
                    out.write(file.content)
                delivery.saw(file.modified)
                listed.append({"file": payload, "name": shown(name), "active": file.name == scripts.active})
        if listed:
            with delivery.file(f"{place}/scripts.json") as out:
                out.write(json.dumps(listed, indent=1, ensure_ascii=False).encode() + b"\n")

    def _places(self, mailbox: Mailbox) -> Iterator[_Scripts]:
        """Yield the directory of the scripts, and the home where the script in use lies by itself."""
        with suppress(FileNotFoundError), opened(for_address(self._home, mailbox.name)) as home:
            active, by_itself = self._in_use(home, mailbox)
            with suppress(FileNotFoundError), _opened_below(home, self._scripts, mailbox) as directory:
                names = tuple(sorted(name for name in names_in(directory) if name.endswith(_SUFFIX)))
                yield _Scripts(directory, owner_of(home), names, active)
            if by_itself:
                with _opened_below(home, self._active[:-1], mailbox) as directory:
                    yield _Scripts(directory, owner_of(home), self._active[-1:], self._active[-1])

    def _in_use(self, home: int, mailbox: Mailbox) -> tuple[str | None, bool]:
        """Return the name of the script in use, and whether it lies by itself."""
        name = self._active[-1]
        with suppress(FileNotFoundError), _opened_below(home, self._active[:-1], mailbox) as directory:
            found = lstat(directory, name)
            if found is None:
                return None, False
            if not stat.S_ISLNK(found.st_mode):
                return None, True
            return os.readlink(name, dir_fd=directory).rpartition("/")[2], False
        return None, False

    def _found(self, mailbox: Mailbox) -> Iterator[tuple[int, str]]:
        for scripts in self._places(mailbox):
            for name in scripts.names:
                yield scripts.directory, name

    def _require_root(self) -> None:
        """Refuse to take a file system that is not mounted for addresses without scripts."""
        root = self._home.partition("{")[0].rpartition("/")[0] or "/"
        try:
            os.close(open_directory(root))
        except FileNotFoundError:
            raise ServiceUnavailable(
                f"{root}: there is no such directory", remedy="mount it, or correct hosting_stores.mail_filters.home"
            ) from None


def _is_there(file: SmallFile, delivery: ItemExport) -> bool:
    if file.state == "gone":
        delivery.leave_out(shown(file.name), Reason.VANISHED)
    elif file.state == "special":
        delivery.leave_out(shown(file.name), Reason.SPECIAL)
    return file.state == "read"


def _script_name(name: str) -> str:
    return name.removesuffix(_SUFFIX).removeprefix(".")


@contextmanager
def _opened_below(home: int, names: Sequence[str], mailbox: Mailbox) -> Iterator[int]:
    descriptor = open_below(home, *names, shown=f"home of {mailbox.name}")
    try:
        yield descriptor
    finally:
        os.close(descriptor)
