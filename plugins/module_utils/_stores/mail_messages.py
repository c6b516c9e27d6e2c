# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail messages: the Maildir of each address, with the messages that are marked deleted and not expunged yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .._clients.tree import Top, shown_name
from .._core.errors import Incomplete
from .._data_model.addresses import mailboxes
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import ADDRESS_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Mailbox, Selection
from ._maildir import MaildirPacker, folder_of, is_deleted, list_maildir
from ._trees import open_tree, require_root, saw

_KIND = "mail_messages"
_INBOX = "INBOX"
_LEFT_OUT: Mapping[Reason, str] = {
    Reason.INDEX: "dovecot.index*, dovecot.list.index*, maildirsize",
    Reason.TEMPORARY: "tmp/*, *.lock",
    Reason.SPECIAL: "FIFO, socket, device",
}


class MailMessages:
    """Place: ``path``, the Maildir of an address, with {address}, {local}, {domain}. It is read as its owner."""

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(_KIND, place)
        self._maildir = keys.path_template("path", ADDRESS_FIELDS)
        keys.done()

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count the messages of each address."""
        require_root(self._maildir, _KIND)
        for selection, mailbox in mailboxes(selections):
            path = for_address(self._maildir, mailbox.name)
            tally = Tally(_KIND, selection.customer, mailbox.name, path)
            with tally.noting():
                self._count(mailbox, path, tally)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver for each address a tar archive of its Maildir, and what is in it by folder."""
        require_root(self._maildir, _KIND)
        for selection, mailbox in mailboxes(selections):
            if mailbox.keep_copy:
                with parts[selection.customer].delivering(_KIND, mailbox.name) as delivery:
                    self._deliver(mailbox, delivery)

    def _count(self, mailbox: Mailbox, path: str, tally: Tally) -> None:
        for top in _opened(mailbox, path):
            measured = list_maildir(top).measured
            if measured.problem is not None:
                raise measured.problem
            tally.add(measured.bytes, measured.oldest, measured.count)
            tally.add(0, measured.newest, 0)

    def _deliver(self, mailbox: Mailbox, delivery: ItemExport) -> None:
        for top in _opened(mailbox, for_address(self._maildir, mailbox.name)):
            packer = MaildirPacker(top)
            with delivery.file(f"mail/{mailbox.name}/maildir.tar") as out:
                told = packer.pack(out)
            for what, reason in told.left_out():
                # a message that has moved was found again
                if reason is not Reason.VANISHED:
                    delivery.leave_out(what, reason)
            _tell(packer, delivery)
            with delivery.file(f"mail/{mailbox.name}/maildir.json") as out:
                out.write(json.dumps(_folders(packer.packed), indent=1, ensure_ascii=False).encode() + b"\n")


def _opened(mailbox: Mailbox, path: str) -> Iterator[Top]:
    """Yield the open Maildir of an address. One of ours has none before the first message comes, which is fine."""
    try:
        with open_tree(path) as top:
            yield top
    except FileNotFoundError:
        if not mailbox.managed and mailbox.keep_copy:
            raise Incomplete(
                f"{path} does not exist, where the mail of {mailbox.name} should lie",
                remedy=f"correct hosting_stores.{_KIND}.path",
                code="missing",
            ) from None


def _tell(packer: MaildirPacker, delivery: ItemExport) -> None:
    measured = packer.listing.measured
    measured.count = len(packer.packed)
    saw(delivery, measured)
    for reason, number in packer.listing.left_out.items():
        delivery.leave_out(f"{_LEFT_OUT[reason]} ({number})", reason)
    if packer.gone:
        delivery.leave_out(f"({packer.gone})", Reason.VANISHED)


def _folders(packed: Iterable[bytes]) -> dict[str, object]:
    """Return how many messages there are in each folder, and how many of them are marked deleted, as plain data."""
    messages: Counter[str] = Counter()
    deleted: Counter[str] = Counter()
    for path in packed:
        folder = shown_name(folder_of(path)) or _INBOX
        messages[folder] += 1
        deleted[folder] += is_deleted(path)
    folders = [{"folder": name, "messages": messages[name], "deleted": deleted[name]} for name in sorted(messages)]
    return {"messages": messages.total(), "deleted": deleted.total(), "folders": folders}
