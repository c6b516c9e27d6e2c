# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed bags: the parts of all hosts in one, described, with the manifests of BagIt, in the form that is wanted."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._clients.packing import pack, require_recipient, unpack
from .._core.errors import HostingError, Incomplete, ItemRefused
from .._core.files import names_in, remove_tree
from .._core.results import Action, Report
from .._data_model.item_export import FileRecord, Part
from .._data_model.selection import Selection
from .._formats.tar import TarSink
from .._formats.timestamps import shown_time
from .._stores.customer_record import CustomerRecord
from .bagit import PAYLOAD, TAG_MANIFEST, tag_files
from .bags import PART, PART_RECORD, SEAL_RECORD, Bags
from .steps import BagPlan, BagStep, other_bag
from .transfer import CERTIFICATE, KEY

# The kind of item, as in the results.
_NOUN = "bag"
# What lies in the place of a part that is whole.
_OF_A_PART = frozenset({PART, PART_RECORD, KEY, CERTIFICATE})
_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
_AGENT = "magmasoft.hosting"
# What the parts come to, as files at the top of the payload.
Describe = Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Mapping[str, bytes]]


class RemotePart(Protocol):
    """A part that lies on another host."""

    def receive(self, sink: TarSink, taken: set[str]) -> dict[str, Any]:
        """Copy its files into the archive, each verified while it comes; return its part.json. Raises HostingError.

        ``taken`` are the paths that are in the archive, and afterwards its own as well.
        """


@dataclass(frozen=True, slots=True)
class Form:
    """How a bag is handed over."""

    directory: bool = False
    compress: bool = False
    recipient: str | None = None

    @property
    def suffix(self) -> str:
        """Return what its name ends with. Raises ItemRefused for what is no recipient."""
        if self.directory:
            return ""
        encrypted = require_recipient(self.recipient) if self.recipient is not None else ""
        return f".tar{'.zst' if self.compress else ''}{encrypted}"

    def __str__(self) -> str:
        key = hashlib.sha256(self.recipient.encode()).hexdigest()[:16] if self.recipient is not None else "none"
        return f"{'directory' if self.directory else 'tar'}, compressed {self.compress}, encrypted to {key}"

    @property
    def copies(self) -> int:
        """Return how many copies of its content lie on the disk at once while it is made."""
        return 2 if self.directory or self.compress or self.recipient is not None else 1


@dataclass(frozen=True, slots=True)
class Order:
    """What goes into a bag beside what the stores of this host deliver.

    ``request`` is the digest of what was asked for. ``about`` tells whose it is, ``record`` is what the controller has
    of the customer, ``expected`` has the pairs of kind and item that each host has to deliver, as the plan says.
    """

    selection: Selection
    bag: str
    request: str
    about: Mapping[str, Any]
    record: Mapping[str, Any]
    expected: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    remote: Sequence[RemotePart] = field(default_factory=tuple)

    @property
    def customer(self) -> str:
        """Return whose bag it is."""
        return self.selection.customer


def seal_bags(bags: Bags, orders: Sequence[Order], form: Form, describe: Describe, *, check_mode: bool) -> Report:
    """Seal the bags on this host, but for those that are sealed."""
    plan = BagPlan()
    try:
        for order in orders:
            seal = bags.seal(order.customer, order.bag)
            values = {"request": order.request, "form": str(form)}
            if seal is None:
                plan.steps.append(BagStep(_NOUN, order.bag, order.customer, Action.CREATE, values))
            elif differing := {name: value for name, value in values.items() if seal[name] != value}:
                step = BagStep(_NOUN, order.bag, order.customer, Action.CHANGE, differing)
                plan.refuse(step, other_bag(", or another form"))
            else:
                plan.unchanged += 1
    except Exception as error:  # noqa: BLE001 - it is the answer
        report = Report()
        report.note_unreadable(error, len(orders))
        return report
    return plan.carry_out(_Sealer(bags, orders, form, describe), check_mode=check_mode)


class _Sealer:
    """Seals bags, each on its own. Implements Worker."""

    def __init__(self, bags: Bags, orders: Sequence[Order], form: Form, describe: Describe) -> None:
        self._bags = bags
        self._orders = {order.bag: order for order in orders}
        self._form = form
        self._describe = describe

    def apply(self, step: BagStep, /) -> None:
        """Seal one bag."""
        order = self._orders[step.name]
        part = self._bags.part(order.customer, order.bag)
        if part is None:
            raise ItemRefused("there is no part of it on this host", remedy="run the playbook export as a whole")
        with _held(self._bags.making(order.customer, order.bag)) as place:
            # a run that was killed may have wanted another form
            for name in set(names_in(place)) - _OF_A_PART:
                remove_tree(place, name, shown=order.bag)
            self._bags.note(place, SEAL_RECORD, self._seal(place, order, part))
            for name in (PART_RECORD, KEY, CERTIFICATE):
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=place)
        self._bags.finish(order.customer, order.bag)

    def activate(self, steps: Sequence[BagStep], /) -> Mapping[str, HostingError]:
        """Nothing to do: a sealed bag is in its place."""
        return {}

    def _seal(self, place: int, order: Order, own: Mapping[str, Any]) -> dict[str, Any]:
        with _held(os.open(PART, _FLAGS, dir_fd=place)) as archive:
            # behind the part lies what a run has left that was killed while it sealed
            os.ftruncate(archive, own["length"])
            os.lseek(archive, 0, os.SEEK_END)
            about = {**order.about, "bag": order.bag, "made": shown_time(time.time())}
            payload, parts = self._fill(TarSink(archive, f"{order.bag}/{PAYLOAD}"), order, own, about)
            tags = tag_files(payload, _bag_info(order.bag, about))
            sink = TarSink(archive, f"{order.bag}/")
            for name, content in tags.items():
                _write(sink, name, content)
            sink.close()
            name = order.bag + self._form.suffix
            size = self._form_of(place, archive, name)
        return {
            "bag": order.bag,
            "customer": order.customer,
            "request": order.request,
            "form": str(self._form),
            "made": about["made"],
            "file": name,
            "bytes": size,
            "files": len(payload),
            "payload_bytes": sum(file["size"] for file in payload),
            "seal": hashlib.sha256(tags[TAG_MANIFEST]).hexdigest(),
            "hosts": [part["host"] for part in parts],
        }

    def _fill(
        self, sink: TarSink, order: Order, own: Mapping[str, Any], about: Mapping[str, Any]
    ) -> tuple[list[FileRecord], list[Mapping[str, Any]]]:
        """Add to the own part what other hosts have, the customer's record, and the description of it all."""
        record = Part(sink)
        CustomerRecord({"records": {order.customer: order.record}}).export([order.selection], {order.customer: record})
        parts = [own, record.report(host=own["host"])]
        taken = {file["path"] for part in parts for file in part["files"]}
        parts += [remote.receive(sink, taken) for remote in order.remote]
        _require_complete(order.expected, parts)
        payload: list[FileRecord] = [file for part in parts for file in part["files"]]
        for name, content in self._describe(about, parts).items():
            payload.append(_write(sink, name, content))
        return payload, parts

    def _form_of(self, place: int, archive: int, name: str) -> int:
        """Give the finished archive the form that is wanted; return its size."""
        if self._form.directory:
            unpack(archive, place)
            os.unlink(PART, dir_fd=place)
            return os.fstat(archive).st_size
        if self._form.compress or self._form.recipient is not None:
            temporary = f"{PART}.packed"
            flags = _FLAGS | os.O_CREAT | os.O_TRUNC
            with _held(os.open(temporary, flags, 0o600, dir_fd=place)) as packed:
                pack(archive, packed, compress=self._form.compress, recipient=self._form.recipient)
                size = os.fstat(packed).st_size
            os.rename(temporary, name, src_dir_fd=place, dst_dir_fd=place)
            os.unlink(PART, dir_fd=place)
            return size
        os.rename(PART, name, src_dir_fd=place, dst_dir_fd=place)
        return os.fstat(archive).st_size


def _require_complete(expected: Mapping[str, Sequence[Sequence[str]]], parts: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a bag that lacks what a host had to deliver, whatever its part says of itself. Raises Incomplete."""
    made = {(part["host"], export["kind"], export["item"]) for part in parts for export in part["exports"]}
    missing = [
        f"{kind} {item} of {host}"
        for host, pairs in expected.items()
        for kind, item in pairs
        if (host, kind, item) not in made
    ]
    if missing:
        raise Incomplete(
            f"no bag was made, since these are missing: {'; '.join(missing)}",
            remedy="run again; if it persists, report it",
            code="not-delivered",
        )


def _write(sink: TarSink, path: str, content: bytes) -> FileRecord:
    sink.begin(path)
    sink.write(content)
    sink.end()
    return {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _bag_info(bag: str, about: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in bag-info.txt (RFC 8493, section 2.2.2)."""
    return {
        "Source-Organization": str(about.get("provider", {}).get("name") or _AGENT),
        "External-Identifier": bag,
        "External-Description": f"All data of {about.get('name') or bag}",
        "Bagging-Date": time.strftime("%Y-%m-%d", time.gmtime()),
        "Bag-Software-Agent": _AGENT,
    }


@contextmanager
def _held(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
