# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this host delivers into the bags of customers. The sealing host joins the parts (seal.py)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from .._core.errors import HostingError, Incomplete, ItemRefused, as_hosting_error
from .._data_model.item_export import NO_ROOM, Part
from .._data_model.selection import Selection
from .._engine.model import Actual, Change, State, Wanted
from .._formats.tar import TarSink
from .._formats.timestamps import shown_time
from .._stores._base import Store
from .bagit import PAYLOAD
from .bags import PART, PART_RECORD, Bags
from .info import measure_all

# What is left free for everybody else, and what archives need beside their content.
_RESERVE = 256 << 20
_OVERHEAD = 1.05
_NAMED = 5
# A part that has lain for longer is no picture of today.
_FRESH_SECONDS = 24 * 3600
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Source:
    """What this host delivers from: its stores by kind, and the kinds of which there is no service.

    ``bases`` has a digest for each customer of what is theirs here and where it lies, as register and inventory say.
    """

    host: str
    stores: Mapping[str, Store]
    absent: Sequence[str]
    bases: Mapping[str, str]


@dataclass(slots=True)
class _Work:
    """A part that is being made."""

    place: int
    archive: int
    sink: TarSink
    part: Part
    started: float


class ExportService:
    """The parts of this host, one for each bag. Implements the engine's Service.

    All customers are exported in one go, so that what they share is read once: that is what ``activate`` does.
    """

    kind = "export"
    secret_fields: frozenset[str] = frozenset()

    def __init__(self, bags: Bags, selections: Mapping[str, Selection], source: Source, *, copies: int) -> None:
        self._bags = bags
        self._selections = selections
        self._source = source
        self._copies = copies
        self._need: Mapping[str, int] = {}
        self._free = 0
        self._work: dict[str, _Work] = {}

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Find the bags and parts that are there; measure what the others will take."""
        found: dict[str, Actual] = {}
        for item in wanted:
            sealed = self._bags.seal(item.customer, item.name)
            part = self._bags.part(item.customer, item.name) if sealed is None else None
            if sealed is not None:
                fields = {"request": sealed["request"]}
            elif part is not None and self._is_up_to_date(part, item):
                # a former run got as far as this
                fields = {"request": part["request"]}
            else:
                continue
            found[item.name] = Actual(item.name, item.customer, State.PRESENT, fields)
        missing = [self._selections[item.customer] for item in wanted if item.name not in found]
        if missing:
            self._measure(missing)
        return found

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse what there is no room for, and to make a sealed bag anew with another content."""
        if actual is not None:
            return ItemRefused(
                "there is a sealed bag of this name, of which something else was asked",
                remedy="name another bag: -e bag=<name>",
                code="other-bag",
            )
        if sum(self._need.values()) > self._free:
            return Incomplete(
                f"{self._bags.path}: {self._need.get(wanted.customer, 0) >> 20} MiB are needed for this customer,"
                f" {sum(self._need.values()) >> 20} for all that were asked for, and {self._free >> 20} are free",
                remedy="make room there, then run again; nothing was written",
                code=NO_ROOM,
            )
        return None

    def apply(self, change: Change) -> None:
        """Make the place for a part."""
        place = self._bags.begin(change.wanted.customer, change.name)
        archive = os.open(PART, _FLAGS, 0o600, dir_fd=place)
        sink = TarSink(archive, f"{change.name}/{PAYLOAD}")
        self._work[change.name] = _Work(place, archive, sink, Part(sink), time.time())

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Have every store deliver into all parts; whoever lacks anything has no part."""
        if not changes:
            return {}
        with ExitStack() as stack:
            for work in self._work.values():
                stack.callback(os.close, work.place)
                stack.callback(os.close, work.archive)
            try:
                self._export(changes)
                problems = self._finish_all(changes)
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing half-done may stay
                problem = as_hosting_error(error)
                problems = {change.name: problem for change in changes}
        for change in changes:
            if change.name in problems:
                self._bags.drop(change.wanted.customer, change.name)
        return problems

    def _is_up_to_date(self, part: Mapping[str, Any], wanted: Wanted) -> bool:
        """Tell whether a former run was asked for the same, of the same, not long ago."""
        asked = (wanted.fields["request"], self._source.bases[wanted.customer])
        oldest = str(shown_time(time.time() - _FRESH_SECONDS))
        return (part["request"], part.get("basis")) == asked and str(part["ended"]) > oldest

    def _measure(self, selections: Sequence[Selection]) -> None:
        need = {selection.customer: 0 for selection in selections}
        for measurement in measure_all(self._source.stores, selections):
            need[measurement["customer"]] += measurement["bytes"]
        self._need = {customer: int(size * _OVERHEAD * self._copies) for customer, size in need.items()}
        self._free = self._bags.free() - _RESERVE

    def _export(self, changes: Sequence[Change]) -> None:
        selections = [self._selections[change.wanted.customer] for change in changes]
        parts = {change.wanted.customer: self._work[change.name].part for change in changes}
        for kind in sorted(self._source.stores, key=lambda kind: not self._source.stores[kind].is_read_first):
            try:
                self._source.stores[kind].export(selections, parts)
            except Exception as error:
                problem = as_hosting_error(error)
                if problem.code == NO_ROOM:
                    raise problem from error
                for part in parts.values():
                    part.fail(kind, problem)

    def _finish_all(self, changes: Sequence[Change]) -> dict[str, HostingError]:
        outcomes = {change.name: self._finish(change) for change in changes}
        return {name: problem for name, problem in outcomes.items() if problem is not None}

    def _finish(self, change: Change) -> HostingError | None:
        """Complete a part, or return why it can't be."""
        work = self._work[change.name]
        selection = self._selections[change.wanted.customer]
        problem = _problem(work.part, selection, self._source.stores)
        if problem is not None:
            return problem
        length = os.lseek(work.archive, 0, os.SEEK_CUR)
        work.sink.close()
        record = work.part.report(
            host=self._source.host,
            customer=selection.customer,
            bag=change.name,
            request=change.wanted.fields["request"],
            kinds=list(self._source.stores),
            absent=list(self._source.absent),
            basis=self._source.bases[selection.customer],
            started=shown_time(work.started),
            ended=shown_time(time.time()),
            length=length,
        )
        self._bags.note(work.place, PART_RECORD, record)
        return None


class PartRemoval:
    """The parts of this host that nobody needs any more. Implements the engine's Service."""

    kind = "export"
    secret_fields: frozenset[str] = frozenset()

    def __init__(self, bags: Bags) -> None:
        self._bags = bags

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Find the parts that are there, whole or not."""
        return {
            item.name: Actual(item.name, item.customer, State.PRESENT)
            for item in wanted
            if self._bags.begun(item.customer, item.name)
        }

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse nothing: what is sealed is no part."""
        return None

    def apply(self, change: Change) -> None:
        """Remove one part."""
        self._bags.drop(change.wanted.customer, change.name)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do."""
        return {}


def unwanted_part(customer: str, bag: str) -> Wanted:
    """Return a part that is to go."""
    return Wanted(bag, customer, State.ABSENT)


def wanted_part(customer: str, bag: str, request: str) -> Wanted:
    """Return the part of a bag as it is wanted; ``request`` tells what was asked for."""
    return Wanted(bag, customer, State.PRESENT, {"request": request})


def _problem(part: Part, selection: Selection, stores: Mapping[str, Store]) -> HostingError | None:
    """Return what is missing in a part, by name."""
    missing = [
        # of a kind that failed as a whole, all its items
        f"{export.kind} {export.item or _first(stores[export.kind].expected(selection), ', ')}: {export.error}".replace(
            " :", ":"
        )
        for export in part.exports
        if export.error is not None
    ]
    made = {(export.kind, export.item) for export in part.exports}
    failed_kinds = {export.kind for export in part.exports if export.error is not None}
    for kind, store in stores.items():
        if kind not in failed_kinds:
            lacking = [item for item in store.expected(selection) if (kind, item) not in made]
            missing += [f"{kind} {item}: was not delivered" for item in lacking]
    if not missing:
        return None
    return Incomplete(
        f"no bag was made, since these are missing: {_first(missing, '; ')}",
        remedy="see to them and run again, or leave kinds out with -e kinds=...",
        code="not-delivered",
    )


def _first(texts: Sequence[str], separator: str) -> str:
    more = f"{separator}and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return separator.join(texts[:_NAMED]) + more
