# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of another host, fetched and verified file by file while it comes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.errors import Incomplete, ItemRefused
from .._core.names import require_customer
from .._data_model.item_export import FileRecord, require_payload_path
from .._formats.tar import TarSink, header_length, padding
from .bags import PART, PART_RECORD, Bags, bag_name
from .transfer import Download, Offer, download, make_certificate, offer

_RECORD_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class OfferedPart:
    """A part that another host offers. ``directory`` has the key for it. Implements RemotePart."""

    offer: Offer
    directory: str
    customer: str
    bag: str
    request: str

    def receive(self, sink: TarSink, taken: set[str]) -> dict[str, Any]:
        """Copy its files into the archive, each verified while it comes; return its part.json. Raises HostingError.

        ``taken`` are the paths that are in the archive. Two hosts may have a log of the same name: the later one lies
        in a directory with the name of its host.
        """
        with download(self.offer, self.directory) as connection:
            record = self._record(connection.head(_RECORD_LIMIT))
            for file in record["files"]:
                self._copy(connection, file, self._free(file["path"], taken), sink)
            connection.thank()
        self._rename(record, taken)
        taken.update(file["path"] for file in record["files"])
        return record

    def _free(self, path: str, taken: Container[str]) -> str:
        """Return the path that a file of this host has in the bag."""
        if path not in taken:
            return path
        directory, slash, name = path.rpartition("/")
        return f"{directory}{slash}{self.offer.host}/{name}"

    def _rename(self, record: dict[str, Any], taken: Container[str]) -> None:
        """Give the files the paths that they have in the bag, also where exports name them."""
        for files in (record["files"], *(export["files"] for export in record["exports"])):
            for file in files:
                file["path"] = self._free(file["path"], taken)

    def _record(self, content: bytes) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads(content)
            told = (record["customer"], record["bag"], record["request"])
        except (ValueError, LookupError, TypeError):
            told = ("", "", "")
        if told != (self.customer, self.bag, self.request):
            raise Incomplete(f"{self.offer.host}: offers another part", remedy="run the export again as a whole")
        return record

    def _copy(self, connection: Download, file: FileRecord, path: str, sink: TarSink) -> None:
        require_payload_path(path)
        connection.read(header_length(sink.prefix + file["path"]))
        digest = hashlib.sha256()
        sink.begin(path)
        for piece in connection.chunks(file["size"]):
            digest.update(piece)
            sink.write(piece)
        sink.end()
        connection.read(padding(file["size"]))
        if digest.hexdigest() != file["sha256"]:
            raise Incomplete(
                f"{self.offer.host}: {file['path']} is not what it was when it was written",
                remedy="see whether the disk of that host is sound, then run the export again",
                code="damaged",
            )


def prepare_receiver(directory: str, customer: str, suffix: str) -> dict[str, Any]:
    """Make the key with which parts are fetched; return its certificate. Raises ItemRefused without a part."""
    return {"certificate": make_certificate(_place(directory, customer, suffix))}


def offer_part(directory: str, customer: str, suffix: str, peer: str, port: int) -> dict[str, Any]:
    """Offer the part of this host; return where, and by which certificate this host is known."""
    chosen, certificate = offer(_place(directory, customer, suffix), PART_RECORD, PART, peer, port)
    return {"port": chosen, "certificate": certificate}


def _place(directory: str, customer: str, suffix: str) -> str:
    bags, bag = Bags(directory), bag_name(require_customer(customer), suffix)
    if bags.part(customer, bag) is None:
        raise ItemRefused(f"{bag}: there is no part of it on this host", remedy="run the playbook export as a whole")
    return bags.path_of_part(customer, bag)


def read_offers(
    offers: Mapping[str, Any], directory: str, customer: str, bag: str, request: str
) -> tuple[OfferedPart, ...]:
    """Return the parts that were offered, host to what export_offer returned there. Raises Incomplete."""
    failed = [f"{host}: {found.get('msg', 'no offer')}" for host, found in offers.items() if "port" not in found]
    if failed:
        raise Incomplete(f"parts were not offered: {'; '.join(failed)}", remedy="see to it, then run again")
    return tuple(
        OfferedPart(
            Offer(host, str(found["address"]), int(found["port"]), str(found["certificate"])),
            directory,
            customer,
            bag,
            request,
        )
        for host, found in sorted(offers.items())
    )
