# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail filters: the sieve scripts of each address (RFC 5228), and which of them is in use."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from .._clients.as_owner import read_small_files, shown
from .._core.errors import ServiceUnavailable
from .._core.files import directory as open_home
from .._core.files import lstat, names_in, open_below, open_directory
from .._core.process import Identity, owner_of
from .._data_model.item_export import ItemExport, Reason
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import PLACE_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Selection
from .._formats.payload_names import PayloadNames
from ._base import MAIL_PLACES, Belongs, Exclusion, ItemStore, PayloadFile, Unit

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


class MailFilters(ItemStore[Mailbox, None]):
    """Place: ``home`` of an address, with {address}, {local}, {domain}, {customer} and {user}, the customer's system
    user; below it ``scripts``, a directory, and ``active``, a link to the script in use, or that script itself.
    """

    kind = "mail_filters"
    groups = ("hosting_mail",)
    item_set = MAIL_PLACES
    unit = Unit.FILES
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("mailboxes")
    payload = (
        PayloadFile("mail/<address>/sieve/<script>.sieve", "filters (RFC 5228)", "servers and webmails with Sieve"),
        PayloadFile("mail/<address>/sieve/scripts.json", "their own names, and which is in use"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._home = keys.path_template("home", PLACE_FIELDS)
        self._scripts = keys.below("scripts", "sieve")
        self._active = keys.below("active", ".dovecot.sieve")
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[None]:
        """Refuse to take a file system that is not mounted for addresses without scripts."""
        root = self._home.partition("{")[0].rpartition("/")[0] or "/"
        try:
            os.close(open_directory(root))
        except FileNotFoundError:
            raise ServiceUnavailable(
                f"{root}: there is no such directory", remedy=f"mount it, or correct hosting_stores.{self.kind}.home"
            ) from None
        yield

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the home of an address."""
        return for_address(self._home, selection, item.name)

    def measure_item(self, shared: None, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count scripts."""
        for scripts in self._places(selection, item, tally.leave_out):
            for name in scripts.names:
                found = lstat(scripts.directory, name)
                if found is not None and stat.S_ISREG(found.st_mode):
                    tally.add(found.st_size, found.st_mtime)

    def export_item(self, shared: None, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write each script as a file, and beside them a list with their own names."""
        listed: list[dict[str, object]] = []
        names = PayloadNames()
        place = f"mail/{item.name}/sieve"
        names.make("scripts.json")
        for scripts in self._places(selection, item, export.leave_out):
            for file in read_small_files(scripts.directory, scripts.owner, scripts.names, _LIMIT):
                if file.reason is not None:
                    export.leave_out(shown(file.name), file.reason)
                    continue
                name = _script_name(file.name)
                payload = names.make(os.fsencode(name), _SUFFIX)
                with export.file(f"{place}/{payload}") as out:
                    out.write(file.content)
                export.saw(file.modified)
                listed.append({"file": payload, "name": shown(name), "active": file.name == scripts.active})
        if listed:
            with export.file(f"{place}/scripts.json") as out:
                out.write(json.dumps(listed, indent=1, ensure_ascii=False).encode() + b"\n")

    def _places(
        self, selection: Selection, mailbox: Mailbox, leave_out: Callable[[str, Reason], None]
    ) -> Iterator[_Scripts]:
        """Yield the directory of the scripts, and the home where the script in use lies by itself."""
        with suppress(FileNotFoundError), open_home(self.place_of(selection, mailbox)) as home:
            active, by_itself = self._in_use(home, mailbox)
            names: tuple[str, ...] = ()
            with suppress(FileNotFoundError), _opened_below(home, self._scripts[:-1], mailbox) as above:
                found = lstat(above, self._scripts[-1])
                if found is not None and stat.S_ISLNK(found.st_mode):
                    leave_out("/".join(self._scripts), Reason.ELSEWHERE)
                else:
                    with _opened_below(above, self._scripts[-1:], mailbox) as directory:
                        names = tuple(sorted(name for name in names_in(directory) if name.endswith(_SUFFIX)))
                        yield _Scripts(directory, owner_of(home), names, active)
            if active is not None and active not in names:
                leave_out(shown("/".join(self._active)), Reason.ELSEWHERE)
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


def _script_name(name: str) -> str:
    return name.removesuffix(_SUFFIX).removeprefix(".")


@contextmanager
def _opened_below(home: int, names: Sequence[str], mailbox: Mailbox) -> Iterator[int]:
    descriptor = open_below(home, *names, shown=f"home of {mailbox.name}")
    try:
        yield descriptor
    finally:
        os.close(descriptor)
