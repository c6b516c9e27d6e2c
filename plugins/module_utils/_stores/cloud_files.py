# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud files: what each address keeps in its cloud."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from .._core import files
from .._data_model.addresses import mailboxes
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import ADDRESS_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Mailbox, Selection
from ._trees import count_tree, deliver_tree, open_tree, require_root

_KIND = "cloud_files"


class CloudFiles:
    """Place: ``files``, the directory of an address, with {address}, {local}, {domain}; ``uploads``, where files lie
    that are on their way. Whose a directory is, as that user it is read.
    """

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(_KIND, place)
        self._files = keys.path_template("files", ADDRESS_FIELDS)
        self._uploads = keys.path_template("uploads", ADDRESS_FIELDS) if keys.has("uploads") else None
        keys.done()

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count the files of each address."""
        require_root(self._files, _KIND)
        for selection, mailbox in mailboxes(selections):
            path = for_address(self._files, mailbox.name)
            tally = Tally(_KIND, selection.customer, mailbox.name, path)
            with tally.noting(), suppress(FileNotFoundError), open_tree(path) as top:
                count_tree(top, tally)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver a tar archive for each address."""
        require_root(self._files, _KIND)
        for selection, mailbox in mailboxes(selections):
            # whoever has opted out may have had one before
            if mailbox.cloud or os.path.lexists(for_address(self._files, mailbox.name)):
                with parts[selection.customer].delivering(_KIND, mailbox.name) as delivery:
                    self._deliver(mailbox, delivery)

    def _deliver(self, mailbox: Mailbox, delivery: ItemExport) -> None:
        with suppress(FileNotFoundError), open_tree(for_address(self._files, mailbox.name)) as top:
            deliver_tree(top, delivery, f"cloud/{mailbox.name}/files.tar")
        if self._uploads is None:
            return
        with suppress(FileNotFoundError), files.directory(for_address(self._uploads, mailbox.name)) as uploads:
            number = len(files.names_in(uploads))
            if number:
                delivery.leave_out(f"uploads ({number})", Reason.TEMPORARY)
