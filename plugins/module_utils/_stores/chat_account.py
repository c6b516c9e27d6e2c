# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat accounts: contacts, profile, bookmarks, waiting messages as XEP-0227, and uploaded files."""

from __future__ import annotations

import json
import os
import re
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar

from .._clients.prosody_config import EVERY_STORE, StorageConfig, read_storage
from .._clients.prosody_files import ProsodyFiles, Unreadable
from .._core.errors import ItemRefused, ServiceUnavailable, UnsafePath
from .._data_model.addresses import mailboxes, names_of
from .._data_model.item_export import ItemExport, PayloadWriter, Reason
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import PLACE_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Selection
from .._formats.lua_data import Value
from ._base import CHAT_ACCOUNTS, Belongs, Exclusion, ItemStore, PayloadFile
from ._xep0227 import Document, has_place_for

_T = TypeVar("_T")
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5
# of a name in bytes: NAME_MAX, and what is kept whole of its end
_LONGEST_NAME, _LONGEST_SUFFIX = 255, 20
_UPLOADS = "uploads"
_SECRET = re.compile(r"accounts|scram|passw|secret|token|auth|totp|invite")
# which device is to be woken, and what it was told last: programs say so again when they log in
_TEMPORARY = re.compile(r"cloud_notify|smacks|csi")


@dataclass(frozen=True, slots=True)
class _Upload:
    """An uploaded file; ``when`` is in seconds."""

    slot: str
    name: str
    when: float


@dataclass(slots=True)
class _Shared:
    """The uploads of accounts by JID, how many of the list of all can't be read, and where stores are kept."""

    storage: StorageConfig
    uploads: dict[str, list[_Upload]] = field(default_factory=dict)
    damaged: int = 0


class ChatAccount(ItemStore[Mailbox, _Shared]):
    """Place: ``data``, the directory of Prosody's internal storage; ``upload_host``, the name under which it takes
    uploads, if it does; ``jid`` of an address, with {address}, {local}, {domain}, {customer} and {user}, the customer's
    system user; ``config``, the file of Prosody's configuration, which says where else it keeps data.
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
        self._jid = keys.template("jid", PLACE_FIELDS, "{address}")
        self._config = keys.path("config", "/etc/prosody/prosody.cfg.lua")
        keys.done()
        self._files = ProsodyFiles(self._data)

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[_Shared]:
        """Return the uploads of all accounts that are asked for: one walk over the list of all."""
        storage = read_storage(self._config)
        self._require_files(storage)
        jids = {jid for selection, mailbox in mailboxes(selections) for jid in self._jids(selection, mailbox)}
        host = self._upload_host
        if host is None or not jids:
            yield _Shared(storage)
        else:
            yield _patiently(lambda is_last: self._listed(storage, host, jids, is_last=is_last))

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the directory of the storage."""
        return self._data

    def measure_item(self, shared: _Shared, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count files of the storage, and uploads."""
        for stores in self._held(shared, selection, item, tally.leave_out).values():
            for files in stores.values():
                for file in files:
                    tally.add(file.st_size, file.st_mtime)
        for size, when in self._sizes(self._uploads(shared, selection, item)):
            tally.add(size, when)

    def export_item(self, shared: _Shared, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write a document of an address, and an archive of its uploads."""
        held = self._held(shared, selection, item, export.leave_out)
        accounts = {jid: list(stores) for jid, stores in held.items()}
        if accounts:
            self._export_document(item.name, accounts, export)
        self._export_rest(item.name, accounts, export)
        self._export_uploads(item.name, self._uploads(shared, selection, item), export)

    def _held(
        self, shared: _Shared, selection: Selection, item: Mailbox, leave_out: Callable[[str, Reason], None]
    ) -> dict[str, Mapping[str, Sequence[os.stat_result]]]:
        """Return the accounts of an address that have data here, with their stores; say what is kept elsewhere."""
        held: dict[str, Mapping[str, Sequence[os.stat_result]]] = {}
        for number, jid in enumerate(self._jids(selection, item)):
            stores, elsewhere = self._files.stores(jid), shared.storage.elsewhere(jid.rpartition("@")[2])
            if EVERY_STORE in elsewhere and item.chat:
                raise self._kept_elsewhere()
            if stores or (number == 0 and (item.chat or EVERY_STORE in elsewhere)):
                for store in elsewhere:
                    leave_out(f"{jid}: {store}".removesuffix(f": {EVERY_STORE}"), Reason.UNREADABLE)
                for store in self._files.linked(jid):
                    leave_out(f"{jid}: {store}", Reason.ELSEWHERE)
            if stores:
                held[jid] = stores
        if shared.damaged and item.chat:
            leave_out(f"{self._upload_host}: uploads ({shared.damaged})", Reason.UNREADABLE)
        return held

    def _export_document(self, address: str, accounts: Mapping[str, Sequence[str]], export: ItemExport) -> None:
        damaged: Counter[str] = Counter()

        def note(jid: str, store: str) -> None:
            damaged[f"{jid}: {store}"] += 1

        def write(is_last: bool) -> Document:
            document = Document(self._files, accounts, note if is_last else None)
            with export.file(f"chat/{address}.xml") as out:
                for piece in document.pieces():
                    out.write(piece.encode())
            return document

        document = _patiently(write)
        export.count += document.undated
        for when in document.times:
            export.saw(when)
        for store, number in damaged.items():
            export.leave_out(f"{store} ({number})", Reason.UNREADABLE)

    def _export_rest(self, address: str, accounts: Mapping[str, Sequence[str]], export: ItemExport) -> None:
        """Deliver what the format has no place for as JSON, and say what is left out."""
        rest = [(jid, store) for jid, stores in accounts.items() for store in stores if _is_more(jid, store, export)]
        if rest:
            with export.file(f"chat/{address}-more.json") as out:
                for line in self._more(rest, export):
                    out.write(line.encode("utf-8", "replace"))

    def _more(self, stores: Sequence[tuple[str, str]], export: ItemExport) -> Iterator[str]:
        yield "["
        for number, (jid, store) in enumerate(stores):
            damaged = partial(export.leave_out, f"{jid}: {store}", Reason.UNREADABLE)
            value = {"account": jid, "store": store, "value": self._value(jid, store, damaged)}
            yield ("," if number else "") + "\n" + json.dumps(value, ensure_ascii=False)[:-1] + ', "items": ['
            for position, item in enumerate(self._files.items(jid, store, damaged)):
                yield ("," if position else "") + json.dumps(item, ensure_ascii=False)
            yield "]}"
        yield "\n]\n"

    def _value(self, jid: str, store: str, damaged: Callable[[], None]) -> Value:
        try:
            return self._files.value(jid, store)
        except (Unreadable, UnsafePath):
            damaged()
            return None

    def _export_uploads(self, address: str, uploads: Sequence[_Upload], export: ItemExport) -> None:
        if not any(self._sizes(uploads)):
            return
        with export.file(f"chat/{address}-uploads.tar") as out:
            for upload in self._packed(uploads, out, export):
                export.saw(upload.when)

    def _packed(self, uploads: Sequence[_Upload], out: PayloadWriter, export: ItemExport) -> Iterator[_Upload]:
        """Write a tar archive of those uploads that have arrived."""
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
            for upload in uploads:
                entry = tarfile.TarInfo(f"{_plain(upload.slot)}/{upload.name}")
                try:
                    with self._files.upload(str(self._upload_host), upload.slot) as descriptor:
                        if descriptor is None:
                            continue
                        entry.size, entry.mtime = os.fstat(descriptor).st_size, int(upload.when)
                        with os.fdopen(os.dup(descriptor), "rb") as handle:
                            archive.addfile(entry, handle)
                except UnsafePath:
                    export.leave_out(entry.name, Reason.ELSEWHERE)
                    continue
                yield upload

    def _sizes(self, uploads: Sequence[_Upload]) -> Iterator[tuple[int, float]]:
        for upload in uploads:
            with (
                suppress(UnsafePath),
                self._files.upload(str(self._upload_host), upload.slot) as descriptor,
            ):
                if descriptor is not None:
                    yield os.fstat(descriptor).st_size, upload.when

    def _uploads(self, shared: _Shared, selection: Selection, item: Mailbox) -> list[_Upload]:
        return [upload for jid in self._jids(selection, item) for upload in shared.uploads.get(jid, ())]

    def _listed(self, storage: StorageConfig, host: str, jids: set[str], *, is_last: bool) -> _Shared:
        found = _Shared(storage, {jid: [] for jid in jids})
        # whose the uploads are is not known then
        found.damaged = len(storage.elsewhere(host).keys() & {EVERY_STORE, _UPLOADS})

        def note() -> None:
            found.damaged += 1

        for item in self._files.items_of_host(host, _UPLOADS, note if is_last else None):
            uploader, slot, when, about = (item.get(key) for key in ("with", "key", "when", "attr"))
            if not isinstance(uploader, str) or uploader not in jids:
                continue
            name = about.get("filename") if isinstance(about, dict) else None
            if isinstance(slot, str) and isinstance(when, int | float):
                found.uploads[uploader].append(_Upload(slot, _plain(str(name)), float(when)))
        return found

    def _jids(self, selection: Selection, mailbox: Mailbox) -> list[str]:
        """Return the accounts of an address; elsewhere an alias may have one of its own."""
        return list(dict.fromkeys(for_address(self._jid, selection, name) for name in names_of(mailbox)))

    def _require_files(self, storage: StorageConfig) -> None:
        if not self._files.exists():
            raise ServiceUnavailable(
                f"{self._data}: there is no such directory", remedy=f"correct hosting_stores.{self.kind}.data"
            )
        # where no configuration says so, the files do: what stores nothing here stores it elsewhere
        if self._files.has_database(of_any_name=not storage.is_known):
            raise self._kept_elsewhere()
        if not storage.is_known and not self._files.is_used():
            raise self._kept_elsewhere()

    def _kept_elsewhere(self) -> ItemRefused:
        return ItemRefused(
            f"{self._data}: this Prosody keeps its data in an SQL database",
            remedy="bring them to the internal storage with prosody-migrator, correct"
            f" hosting_stores.{self.kind}.data and config, or set hosting_stores.{self.kind} to none",
            code="sql-storage",
        )


def _patiently(work: Callable[[bool], _T]) -> _T:
    """Do something again where it has met with what was just being written; tell it when it is for the last time."""
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return work(False)
        except Unreadable:
            time.sleep(_PAUSE_SECONDS)
    return work(True)


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
