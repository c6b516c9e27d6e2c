# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud files: what each address keeps in its cloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from .._core import files
from .._data_model.item_export import ItemExport, Reason
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import PLACE_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Selection
from ._base import CLOUD_PLACES, Belongs, Exclusion, ItemStore, PayloadFile, Unit
from ._looking import Encoding
from ._trees import count_tree, export_tree, open_tree, require_root

# Encryption on the server (docs.nextcloud.com, "Server-side encryption"); ownCloud's is the same.
_ENCODINGS = (Encoding("Nextcloud", b"HBEGIN:oc_encryption_module:", Reason.ENCRYPTED),)


class CloudFiles(ItemStore[Mailbox, None]):
    """Place: ``files``, the directory of an address, with {address}, {local}, {domain}, {customer} and {user}, the
    customer's system user; ``uploads``, where files lie that are on their way. Whose a directory is, as that user it is
    read.
    """

    kind = "cloud_files"
    groups = ("hosting_cloud",)
    item_set = CLOUD_PLACES
    unit = Unit.FILES
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("cloud")
    payload = (PayloadFile("cloud/<address>/files.tar", "files", "tar, 7-Zip"),)

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.path_template("files", PLACE_FIELDS)
        self._uploads = keys.path_template("uploads", PLACE_FIELDS) if keys.has("uploads") else None
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[None]:
        """Require the file system of the files."""
        require_root(self._files, self.kind)
        yield

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the directory of an address."""
        return for_address(self._files, selection, item.name)

    def measure_item(self, shared: None, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count the files of an address."""
        with suppress(FileNotFoundError), open_tree(self.place_of(selection, item)) as top:
            count_tree(top, tally)

    def export_item(self, shared: None, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write a tar archive of the files of an address."""
        with suppress(FileNotFoundError), open_tree(self.place_of(selection, item)) as top:
            export_tree(top, export, f"cloud/{item.name}/files.tar", encodings=_ENCODINGS)
        if self._uploads is None:
            return
        with suppress(FileNotFoundError), files.directory(for_address(self._uploads, selection, item.name)) as uploads:
            number = len(files.names_in(uploads))
            if number:
                export.leave_out(f"uploads ({number})", Reason.TEMPORARY)
