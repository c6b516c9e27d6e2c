# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail messages: the Maildir of each address, with the messages that are marked deleted and not expunged yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from .._clients.tree import Top, shown_name
from .._core.errors import Incomplete
from .._data_model.item_export import ItemExport, Reason
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import PLACE_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Selection
from ._base import MAIL_PLACES, Belongs, Exclusion, ItemStore, PayloadFile, Unit
from ._looking import tell
from ._maildir import MaildirPacker, folder_of, has_labels, is_deleted, list_maildir
from ._trees import count, leave_out, open_tree, require_root, saw

_INBOX = "INBOX"
_KEYWORDS = "dovecot-keywords"
# of Dovecot and of Courier
_NAMES = (b"/dovecot-keywords", b"/courierimapkeywords")
_LEFT_OUT: Mapping[Reason, str] = {
    Reason.INDEX: "dovecot.index.cache, maildirsize",
    Reason.TEMPORARY: "tmp/*, *.lock",
    Reason.SPECIAL: "FIFO, socket, device",
}


class MailMessages(ItemStore[Mailbox, None]):
    """Place: ``path``, the Maildir of an address, with {address}, {local}, {domain}, {customer} and {user}, the
    customer's system user. It is read as its owner.
    """

    kind = "mail_messages"
    groups = ("hosting_mail",)
    item_set = MAIL_PLACES
    unit = Unit.MESSAGES
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("mailboxes")
    payload = (
        PayloadFile("mail/<address>/maildir.tar", "a Maildir (Maildir++)", "Dovecot, mbsync, KMail, Evolution"),
        PayloadFile(
            "mail/<address>/maildir.json", "how many messages each folder has, and how many of them are marked deleted"
        ),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._maildir = keys.path_template("path", PLACE_FIELDS)
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[None]:
        """Require the file system of the mail."""
        require_root(self._maildir, self.kind)
        yield

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the Maildir of an address."""
        return for_address(self._maildir, selection, item.name)

    def measure_item(self, shared: None, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count the messages of an address."""
        for top in self._opened(selection, item):
            count(tally, list_maildir(top).measured)

    def export_item(self, shared: None, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write a tar archive of a Maildir, and what is in it by folder."""
        for top in self._opened(selection, item):
            packer = MaildirPacker(top)
            with export.file(f"mail/{item.name}/maildir.tar") as out:
                told = packer.pack(out)
            # a message that has moved was found again
            leave_out(export, packer.listing.measured, told, but=Reason.VANISHED)
            _tell(packer, export)
            with export.file(f"mail/{item.name}/maildir.json") as out:
                out.write(json.dumps(_folders(packer.packed), indent=1, ensure_ascii=False).encode() + b"\n")

    def _opened(self, selection: Selection, mailbox: Mailbox) -> Iterator[Top]:
        """Yield the open Maildir of an address. One of ours has none before the first message comes, which is fine."""
        path = self.place_of(selection, mailbox)
        try:
            with open_tree(path) as top:
                yield top
        except FileNotFoundError:
            if not mailbox.managed and mailbox.keep_copy:
                raise Incomplete(
                    f"{path} does not exist, where the mail of {mailbox.name} should lie",
                    remedy=f"correct hosting_stores.{self.kind}.path",
                    code="missing",
                ) from None


def _tell(packer: MaildirPacker, export: ItemExport) -> None:
    measured = packer.listing.measured
    measured.count = len(packer.packed)
    saw(export, measured)
    for reason, number in packer.listing.left_out.items():
        export.leave_out(f"{_LEFT_OUT[reason]} ({number})", reason)
    tell(export, packer.encodings)
    for folder in sorted(_without_names(packer)):
        export.leave_out(f"{shown_name(folder) or _INBOX}: {_KEYWORDS}", Reason.ELSEWHERE)
    if packer.gone:
        export.leave_out(f"({packer.gone})", Reason.VANISHED)


def _without_names(packer: MaildirPacker) -> set[bytes]:
    """Return the folders whose messages have labels that nothing in the Maildir has the names of."""
    labelled = {folder_of(path) for path in packer.packed if has_labels(path)}
    named = {path.removeprefix(b"./").rpartition(b"/")[0] for path in packer.listing.others if path.endswith(_NAMES)}
    return labelled - named


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
