# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat accounts: contacts, profile, bookmarks, waiting messages as XEP-0227, and uploaded files."""

from __future__ import annotations

import json
import os
import re
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from .._clients.prosody_files import ProsodyFiles, Unreadable
from .._core.errors import ItemRefused, ServiceUnavailable
from .._data_model.addresses import mailboxes, names_of
from .._data_model.item_export import ItemExport, PayloadWriter, Reason
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import ADDRESS_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Selection
from ._base import CHAT_ACCOUNTS, Belongs, Exclusion, ItemStore, PayloadFile
from ._xep0227 import Document, has_place_for

_T = TypeVar("_T")
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5
# of a name in bytes: NAME_MAX, and what is kept whole of its end
_LONGEST_NAME, _LONGEST_SUFFIX = 255, 20
_SECRET = re.compile(r"accounts|scram|passw|secret|token|auth|totp|invite")
# which device is to be woken, and what it was told last: programs say so again when they log in
_TEMPORARY = re.compile(r"cloud_notify|smacks|csi")


@dataclass(frozen=True, slots=True)
class _Upload:
    """An uploaded file; ``when`` is in seconds."""

    slot: str
    name: str
    when: float


_Uploads = Mapping[str, list[_Upload]]


class ChatAccount(ItemStore[Mailbox, _Uploads]):
    """Place: ``data``, the directory of Prosody's internal storage; ``upload_host``, the name under which it takes
    uploads, if it does; ``jid`` of an address, with {address}, {local}, {domain}.
    """

    kind = "chat_account"
    groups = ("hosting_chat",)
    item_set = CHAT_ACCOUNTS
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("chat")
    payload = (
        PayloadFile("chat/<address>.xml", "an account (XEP-0227)", "Prosody, ejabberd"),
        PayloadFile("chat/<address>-more.json", "what that format has no place for"),
        PayloadFile("chat/<address>-uploads.tar", "uploaded files", "tar, 7-Zip"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._data = keys.path("data", "/var/lib/prosody")
        self._upload_host = keys.optional("upload_host")
        self._jid = keys.template("jid", ADDRESS_FIELDS, "{address}")
        keys.done()
        self._files = ProsodyFiles(self._data)

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[_Uploads]:
        """Return the uploads of all accounts that are asked for: one walk over the list of all."""
        self._require_files()
        jids = {jid for _selection, mailbox in mailboxes(selections) for jid in self._jids(mailbox)}
        host = self._upload_host
        yield _patiently(lambda: self._listed(host, jids)) if host is not None and jids else {}

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the directory of the storage."""
        return self._data

    def has_more(self, shared: _Uploads, selection: Selection, item: Mailbox) -> bool:
        """Tell that an address that has opted out may have an account from before."""
        return True

    def measure_item(self, shared: _Uploads, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count files of the storage, and uploads."""
        for jid in self._jids(item):
            for files in self._files.stores(jid).values():
                for file in files:
                    tally.add(file.st_size, file.st_mtime)
            for size, when in self._sizes(shared.get(jid, [])):
                tally.add(size, when)

    def export_item(self, shared: _Uploads, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write a document of an address, and an archive of its uploads."""
        accounts = {jid: list(stores) for jid in self._jids(item) if (stores := self._files.stores(jid))}
        if accounts:
            self._export_document(item.name, accounts, export)
        self._export_rest(item.name, accounts, export)
        self._export_uploads(item.name, [one for jid in self._jids(item) for one in shared.get(jid, [])], export)

    def _export_document(self, address: str, accounts: Mapping[str, Sequence[str]], export: ItemExport) -> None:

        def write() -> Document:
            document = Document(self._files, accounts)
            with export.file(f"chat/{address}.xml") as out:
                for piece in document.pieces():
                    out.write(piece.encode())
            return document

        document = _patiently(write)
        export.count += document.undated
        for when in document.times:
            export.saw(when)

    def _export_rest(self, address: str, accounts: Mapping[str, Sequence[str]], export: ItemExport) -> None:
        """Deliver what the format has no place for as JSON, and say what is left out."""
        rest = [(jid, store) for jid, stores in accounts.items() for store in stores if _is_more(jid, store, export)]
        if rest:
            with export.file(f"chat/{address}-more.json") as out:
                for line in self._more(rest):
                    out.write(line.encode("utf-8", "replace"))

    def _more(self, stores: Sequence[tuple[str, str]]) -> Iterator[str]:
        yield "["
        for number, (jid, store) in enumerate(stores):
            value = {"account": jid, "store": store, "value": self._files.value(jid, store)}
            yield ("," if number else "") + "\n" + json.dumps(value, ensure_ascii=False)[:-1] + ', "items": ['
            for position, item in enumerate(self._files.items(jid, store)):
                yield ("," if position else "") + json.dumps(item, ensure_ascii=False)
            yield "]}"
        yield "\n]\n"

    def _export_uploads(self, address: str, uploads: Sequence[_Upload], export: ItemExport) -> None:
        if not any(self._sizes(uploads)):
            return
        with export.file(f"chat/{address}-uploads.tar") as out:
            for upload in self._packed(uploads, out):
                export.saw(upload.when)

    def _packed(self, uploads: Sequence[_Upload], out: PayloadWriter) -> Iterator[_Upload]:
        """Write a tar archive of those uploads that have arrived."""
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
            for upload in uploads:
                with self._files.upload(str(self._upload_host), upload.slot) as descriptor:
                    if descriptor is None:
                        continue
                    entry = tarfile.TarInfo(f"{_plain(upload.slot)}/{upload.name}")
                    entry.size, entry.mtime = os.fstat(descriptor).st_size, int(upload.when)
                    with os.fdopen(os.dup(descriptor), "rb") as handle:
                        archive.addfile(entry, handle)
                yield upload

    def _sizes(self, uploads: Sequence[_Upload]) -> Iterator[tuple[int, float]]:
        for upload in uploads:
            with self._files.upload(str(self._upload_host), upload.slot) as descriptor:
                if descriptor is not None:
                    yield os.fstat(descriptor).st_size, upload.when

    def _listed(self, host: str, jids: set[str]) -> dict[str, list[_Upload]]:
        found: dict[str, list[_Upload]] = {jid: [] for jid in jids}
        for item in self._files.items_of_host(host, "uploads"):
            uploader, slot, when, about = (item.get(key) for key in ("with", "key", "when", "attr"))
            if not isinstance(uploader, str) or uploader not in jids:
                continue
            name = about.get("filename") if isinstance(about, dict) else None
            if isinstance(slot, str) and isinstance(when, int | float):
                found[uploader].append(_Upload(slot, _plain(str(name)), float(when)))
        return found

    def _jids(self, mailbox: Mailbox) -> list[str]:
        """Return the accounts of an address; elsewhere an alias may have one of its own."""
        return list(dict.fromkeys(for_address(self._jid, name) for name in names_of(mailbox)))

    def _require_files(self) -> None:
        if not self._files.exists():
            raise ServiceUnavailable(
                f"{self._data}: there is no such directory", remedy=f"correct hosting_stores.{self.kind}.data"
            )
        if self._files.keeps_sql():
            raise ItemRefused(
                f"{self._data}: this Prosody keeps its data in an SQL database",
                remedy="bring them to the internal storage with prosody-migrator, or set"
                f" hosting_stores.{self.kind} to none",
                code="sql-storage",
            )


def _patiently(work: Callable[[], _T]) -> _T:
    """Do something again where it has met with what was just being written."""
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return work()
        except Unreadable:
            time.sleep(_PAUSE_SECONDS)
    return work()


def _is_more(jid: str, store: str, export: ItemExport) -> bool:
    if has_place_for(store):
        return False
    if _SECRET.search(store):
        export.leave_out(f"{jid}: {store}", Reason.SECRET)
        return False
    if _TEMPORARY.search(store):
        export.leave_out(f"{jid}: {store}", Reason.TEMPORARY)
        return False
    return True


def _plain(name: str) -> str:
    """Return a name that leads nowhere else when it is unpacked, and that file systems take."""
    cleaned = re.sub(r"[/\0-\x1f\x7f]", "_", name)
    suffix = PurePosixPath(cleaned).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        suffix = ""
    stem = cleaned.removesuffix(suffix).encode()[: _LONGEST_NAME - len(suffix.encode())]
    whole = stem.decode("utf-8", "ignore") + suffix
    return "_" if whole in ("", ".", "..") else whole
