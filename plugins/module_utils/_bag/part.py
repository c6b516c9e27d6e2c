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

from .._core.errors import HostingError, Incomplete, as_hosting_error
from .._core.results import Action, Report
from .._data_model.item_export import NO_ROOM, Part, Reason
from .._data_model.selection import Selection
from .._formats.tar import TarSink
from .._formats.timestamps import shown_time
from .._stores._base import Store
from .bagit import PAYLOAD
from .bags import PART, PART_RECORD, Bags
from .info import measure_all
from .steps import BagPlan, BagStep, other_bag

# The kind of item, as in the results.
_NOUN = "export"
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


@dataclass(frozen=True, slots=True)
class PartRequest:
    """A part that is asked for: of whom and what, for which bag, by which request (its digest)."""

    selection: Selection
    bag: str
    digest: str

    @property
    def customer(self) -> str:
        """Return whose it is."""
        return self.selection.customer


def make_parts(bags: Bags, requests: Sequence[PartRequest], source: Source, *, copies: int, check_mode: bool) -> Report:
    """Make the parts of this host, but for those that are there; each takes ``copies`` of its size on the disk."""
    try:
        plan = _planned(bags, requests, source, copies)
    except Exception as error:  # noqa: BLE001 - it is the answer
        report = Report()
        report.note_unreadable(error, len(requests))
        return report
    return plan.carry_out(_PartMaker(bags, requests, source), check_mode=check_mode)


def remove_parts(bags: Bags, names: Mapping[str, str], *, check_mode: bool) -> Report:
    """Remove parts, whole or not; ``names`` has customer -> bag. What is sealed is no part."""
    begun = {customer: bag for customer, bag in names.items() if bags.begun(customer, bag)}
    plan = BagPlan([BagStep(_NOUN, bag, customer, Action.REMOVE) for customer, bag in begun.items()])
    return plan.carry_out(_PartRemover(bags), check_mode=check_mode)


def _planned(bags: Bags, requests: Sequence[PartRequest], source: Source, copies: int) -> BagPlan:
    plan = BagPlan()
    missing: list[PartRequest] = []
    for request in requests:
        sealed = bags.seal(request.customer, request.bag)
        if sealed is None and not _is_up_to_date(bags.part(request.customer, request.bag), request, source):
            missing.append(request)
        elif sealed is None or sealed["request"] == request.digest:
            # or a former run got as far as this
            plan.unchanged += 1
        else:
            plan.refuse(_step(request, Action.CHANGE), other_bag())
    need = _measured(source.stores, [request.selection for request in missing], copies)
    free = bags.free() - _RESERVE if missing else 0
    for request in missing:
        step = _step(request, Action.CREATE)
        if sum(need.values()) > free:
            plan.refuse(step, _no_room(bags, need[request.customer], sum(need.values()), free))
        else:
            plan.steps.append(step)
    return plan


def _step(request: PartRequest, action: Action) -> BagStep:
    return BagStep(_NOUN, request.bag, request.customer, action, {"request": request.digest})


def _is_up_to_date(part: Mapping[str, Any] | None, request: PartRequest, source: Source) -> bool:
    """Tell whether a former run was asked for the same, of the same, not long ago."""
    if part is None:
        return False
    oldest = str(shown_time(time.time() - _FRESH_SECONDS))
    asked = (request.digest, source.bases[request.customer])
    return (part["request"], part.get("basis")) == asked and str(part["ended"]) > oldest


def _measured(stores: Mapping[str, Store], selections: Sequence[Selection], copies: int) -> dict[str, int]:
    """Return what the parts of these customers take, in bytes."""
    need = {selection.customer: 0 for selection in selections}
    for measurement in measure_all(stores, selections) if selections else ():
        need[measurement["customer"]] += measurement["bytes"]
    return {customer: int(size * _OVERHEAD * copies) for customer, size in need.items()}


def _no_room(bags: Bags, need: int, of_all: int, free: int) -> Incomplete:
    return Incomplete(
        f"{bags.path}: {need >> 20} MiB are needed for this customer,"
        f" {of_all >> 20} for all that were asked for, and {free >> 20} are free",
        remedy="make room there, then run again; nothing was written",
        code=NO_ROOM,
    )


@dataclass(slots=True)
class _Work:
    """A part that is being made."""

    place: int
    archive: int
    sink: TarSink
    part: Part
    started: float


class _PartMaker:
    """Makes parts of several customers in one go, so that what they share is read once: that is what ``activate`` does.

    Implements Worker.
    """

    def __init__(self, bags: Bags, requests: Sequence[PartRequest], source: Source) -> None:
        self._bags = bags
        self._requests = {request.bag: request for request in requests}
        self._source = source
        self._work: dict[str, _Work] = {}

    def apply(self, step: BagStep, /) -> None:
        """Make the place for a part."""
        place = self._bags.begin(step.customer, step.name)
        archive = os.open(PART, _FLAGS, 0o600, dir_fd=place)
        sink = TarSink(archive, f"{step.name}/{PAYLOAD}")
        self._work[step.name] = _Work(place, archive, sink, Part(sink), time.time())

    def activate(self, steps: Sequence[BagStep], /) -> Mapping[str, HostingError]:
        """Have every store write into all parts; whoever lacks anything has no part."""
        if not steps:
            return {}
        with ExitStack() as stack:
            for work in self._work.values():
                stack.callback(os.close, work.place)
                stack.callback(os.close, work.archive)
            try:
                self._export(steps)
                outcomes = {step.name: self._finish(step.name) for step in steps}
                problems = {name: problem for name, problem in outcomes.items() if problem is not None}
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing half-done may stay
                problem = as_hosting_error(error)
                problems = {step.name: problem for step in steps}
        for step in steps:
            if step.name in problems:
                self._bags.drop(step.customer, step.name)
        return problems

    def _export(self, steps: Sequence[BagStep]) -> None:
        selections = [self._requests[step.name].selection for step in steps]
        parts = {step.customer: self._work[step.name].part for step in steps}
        stores = self._source.stores
        for kind in sorted(stores, key=lambda kind: not stores[kind].is_read_first):
            try:
                stores[kind].export(selections, parts)
            except Exception as error:
                problem = as_hosting_error(error)
                if problem.code == NO_ROOM:
                    raise problem from error
                for selection in selections:
                    _fail(parts[selection.customer], kind, stores[kind], selection, problem)

    def _finish(self, bag: str) -> HostingError | None:
        """Complete a part, or return why it can't be."""
        work, request = self._work[bag], self._requests[bag]
        problem = _problem(work.part, request.selection, self._source.stores)
        if problem is not None:
            return problem
        length = os.lseek(work.archive, 0, os.SEEK_CUR)
        work.sink.close()
        record = work.part.report(
            host=self._source.host,
            customer=request.customer,
            bag=bag,
            request=request.digest,
            kinds=list(self._source.stores),
            absent=list(self._source.absent),
            basis=self._source.bases[request.customer],
            started=shown_time(work.started),
            ended=shown_time(time.time()),
            length=length,
        )
        self._bags.note(work.place, PART_RECORD, record)
        return None


class _PartRemover:
    """Removes parts. Implements Worker."""

    def __init__(self, bags: Bags) -> None:
        self._bags = bags

    def apply(self, step: BagStep, /) -> None:
        """Remove one part."""
        self._bags.drop(step.customer, step.name)

    def activate(self, steps: Sequence[BagStep], /) -> Mapping[str, HostingError]:
        """Nothing to do."""
        return {}


def _fail(part: Part, kind: str, store: Store, selection: Selection, problem: HostingError) -> None:
    """Note that a store does not work: it fails those who have something there, and is told to those who may have."""
    if store.expected(selection):
        part.fail(kind, problem)
        return
    if possible := store.possible(selection):
        with part.exporting(kind) as export:
            for item in possible:
                export.leave_out(item, Reason.UNREADABLE)


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
