# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one gate through which every change goes: plan, check mode, apply, errors per item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._core.errors import ErrorReport, HostingError, ItemRefused, ServiceUnavailable, as_hosting_error
from .diff import Diff, render_diff
from .model import Action, Actual, Change, Result, Service, Status, Wanted
from .plan import Plan, find_orphans, make_plan


@dataclass(frozen=True, slots=True)
class Batch:
    """All wanted items of one kind. ``complete`` says that they are the whole register, so that orphans can be told."""

    service: Service
    wanted: Sequence[Wanted]
    complete: bool = False
    withheld: frozenset[str] = frozenset()


@dataclass(slots=True)
class Report:
    """What a module returns, gathered over its batches."""

    results: list[Result] = field(default_factory=list)
    unmanaged: list[dict[str, str]] = field(default_factory=list)
    orphans: list[dict[str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    diff: list[Diff] = field(default_factory=list)
    unavailable: ErrorReport | None = None

    @property
    def changed(self) -> bool:
        """Tell whether something was changed, or would be."""
        return any(result["status"] in (Status.DONE, Status.PLANNED) for result in self.results)

    @property
    def failed(self) -> bool:
        """Tell whether the run has to end failed."""
        return self.unavailable is not None or any(result["status"] == Status.FAILED for result in self.results)


def reconcile(batches: Iterable[Batch], *, check_mode: bool) -> Report:
    """Bring all batches to their wanted state, or in check mode tell what that would take.

    The later batches of one module build on the earlier ones, so a batch that can't be read ends them all; all batches
    are still planned where they can be read, so that the report names what was not reached.
    """
    report = Report()
    queue = list(batches)
    for batch in queue:
        _require_unique(batch)
    for batch in queue:
        try:
            actual = batch.service.read(batch.wanted)
            plan = make_plan(batch.service, batch.wanted, actual)
        except Exception as error:  # noqa: BLE001 - what earlier batches have done must be told all the same
            report.unavailable = report.unavailable or as_hosting_error(error).report()
            report.counts["unknown"] += len(batch.wanted)
            continue
        _note_bystanders(report, batch, plan, actual)
        results = _run_batch(batch.service, plan, report, check_mode=check_mode)
        report.results.extend([*results, *_lost(batch, actual)])
        report.diff.extend(render_diff(plan.changes, results, batch.service.secret_fields))
    report.counts.update(result["status"] for result in report.results)
    return report


def _require_unique(batch: Batch) -> None:
    positions: dict[str, int] = {}
    for position, item in enumerate(batch.wanted):
        first = positions.setdefault(item.name, position)
        if first != position:
            raise ItemRefused(
                f"{batch.service.kind} {item.name}: wanted twice, as item {first} and as item {position}",
                remedy="name it once",
                code="duplicate",
            )


def _note_bystanders(report: Report, batch: Batch, plan: Plan, actual: Mapping[str, Actual]) -> None:
    kind = batch.service.kind
    report.counts["unchanged"] += plan.unchanged
    report.unmanaged.extend(
        {"kind": kind, "name": item.name, "customer": item.customer, "found": "yes" if item.name in actual else "no"}
        for item in plan.unmanaged
    )
    if batch.complete:
        report.orphans.extend(
            {"kind": kind, "name": name, "customer": actual[name].customer or ""}
            for name in find_orphans(batch.wanted, actual, batch.withheld)
        )


def _lost(batch: Batch, actual: Mapping[str, Actual]) -> Iterator[Result]:
    """Tell of items that this run is not about and that it costs all the same."""
    named = {item.name for item in batch.wanted}
    for name, item in sorted(actual.items()):
        if item.lost is not None and name not in named:
            yield {
                "kind": batch.service.kind,
                "name": name,
                "customer": item.customer or "",
                "action": Action.REMOVE.value,
                "fields": [],
                "status": Status.FAILED.value,
                "error": item.lost.report(),
            }


def _run_batch(service: Service, plan: Plan, report: Report, *, check_mode: bool) -> list[Result]:
    outcome: dict[str, HostingError | None] = {}
    applied: list[Change] = []
    for change in plan.changes:
        if change.name in plan.refused:
            outcome[change.name] = plan.refused[change.name]
        elif report.unavailable is None:
            outcome[change.name] = error = None if check_mode else _attempt(service, change)
            if error is None:
                applied.append(change)
            elif isinstance(error, ServiceUnavailable):
                report.unavailable = error.report()
    if not check_mode:
        outcome.update(_activate(service, applied, report))
    good = Status.PLANNED if check_mode else Status.DONE
    return [_result(change, outcome, good) for change in plan.changes]


def _attempt(service: Service, change: Change) -> HostingError | None:
    try:
        service.apply(change)
    except Exception as error:  # noqa: BLE001 - one item that surprises us must not stop the others
        return as_hosting_error(error)
    return None


def _activate(service: Service, applied: Sequence[Change], report: Report) -> Mapping[str, HostingError]:
    """Let the daemon take over; where that fails as a whole, nothing of this batch is in effect."""
    try:
        return service.activate(applied)
    except Exception as error:  # noqa: BLE001 - what was applied must be told all the same
        problem = as_hosting_error(error)
        if isinstance(problem, ServiceUnavailable):
            report.unavailable = report.unavailable or problem.report()
        return {change.name: problem for change in applied}


def _result(change: Change, outcome: Mapping[str, HostingError | None], good: Status) -> Result:
    reached = change.name in outcome
    error = outcome.get(change.name)
    status = Status.SKIPPED if not reached else Status.FAILED if error is not None else good
    return {
        "kind": change.kind,
        "name": change.name,
        "customer": change.wanted.customer,
        "action": change.action.value,
        "fields": list(change.fields),
        "status": status.value,
        "error": None if error is None else error.report(),
    }
