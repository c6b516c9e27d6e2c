# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items from their actual to their wanted state: read, plan, carry out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._core.errors import ItemRefused
from .._core.results import Action, Report, Result, Status
from .._core.run import carry_out, require_unique
from .._data_model import incarnations
from .._data_model.items import State
from .diff import render_diff
from .model import Actual, Scope, Service, Wanted
from .plan import Plan, find_orphans, make_plan


@dataclass(frozen=True, slots=True)
class Batch:
    """All wanted items of one kind, and whose they are."""

    service: Service
    wanted: Sequence[Wanted]
    scope: Scope = field(default_factory=Scope)


def scope_of(params: Mapping[str, Any]) -> Scope:
    """Return whose items a module is given by its options ``complete``, ``withheld`` and ``owners``.

    Raises ItemRefused for a state that there is none of.
    """
    try:
        customers = {name: State(state) for name, state in params["owners"].items()}
    except ValueError as error:
        raise ItemRefused(f"owners: {error}", remedy=f"allowed: {', '.join(State)}", code="invalid-option") from None
    return Scope(params["complete"], frozenset(params["withheld"]), customers)


def with_incarnations(wanted: Iterable[Wanted], text: str, kind: str) -> list[Wanted]:
    """Return items with the life of their name that they are of, where ``text`` tells it for names of this kind.

    Raises ItemRefused for a text that cannot be understood.
    """
    try:
        known = incarnations.read(text, kind)
    except ValueError:
        raise ItemRefused(
            "incarnations: cannot be understood",
            remedy="give what customer_account returns by that name",
            code="invalid-option",
        ) from None
    return [
        replace(item, fields={**item.fields, incarnations.FIELD: known[item.name]})
        if item.name in known and item.managed and item.state is not State.ABSENT
        else item
        for item in wanted
    ]


def reconcile(batches: Iterable[Batch], *, check_mode: bool) -> Report:
    """Bring all batches to their wanted state, or in check mode tell what that would take.

    The later batches of one module build on the earlier ones, so a batch that can't be read ends them all; all batches
    are still planned where they can be read, so that the report names what was not reached.
    """
    report = Report()
    queue = list(batches)
    for batch in queue:
        require_unique(batch.service.noun, [item.name for item in batch.wanted])
    for batch in queue:
        try:
            actual = batch.service.read(batch.wanted)
            orphans = find_orphans(batch.wanted, actual, batch.scope)
            closed = [_closed(orphan, batch.service) for orphan in orphans if batch.scope.closes(orphan)]
            plan = make_plan(batch.service, [*batch.wanted, *closed], actual)
        except Exception as error:  # noqa: BLE001 - what earlier batches have done must be told all the same
            report.note_unreadable(error, len(batch.wanted))
            continue
        _note_bystanders(report, batch, plan, actual, orphans)
        results = carry_out(batch.service, plan.changes, plan.refused, report, check_mode=check_mode)
        report.results.extend([*results, *_lost(batch, actual)])
        report.diff.extend(render_diff(plan.changes, results, batch.service.secret_fields))
    report.counts.update(result["status"] for result in report.results)
    return report


def _closed(orphan: Actual, service: Service) -> Wanted:
    """Return how an item is wanted that left the register, and whose customer is suspended: as it is, but closed."""
    fields = {name: value for name, value in orphan.fields.items() if name not in service.secret_fields}
    return Wanted(orphan.name, orphan.customer or "", State.SUSPENDED, fields)


def _note_bystanders(
    report: Report, batch: Batch, plan: Plan, actual: Mapping[str, Actual], orphans: Sequence[Actual]
) -> None:
    noun = batch.service.noun
    report.counts["unchanged"] += plan.unchanged
    report.unmanaged.extend(
        {"kind": noun, "name": item.name, "customer": item.customer, "found": "yes" if item.name in actual else "no"}
        for item in plan.unmanaged
    )
    report.orphans.extend({"kind": noun, "name": orphan.name, "customer": orphan.customer or ""} for orphan in orphans)


def _lost(batch: Batch, actual: Mapping[str, Actual]) -> Iterator[Result]:
    """Tell of items that this run is not about and that it costs all the same."""
    named = {item.name for item in batch.wanted}
    for name, item in sorted(actual.items()):
        if item.lost is not None and name not in named:
            yield {
                "kind": batch.service.noun,
                "name": name,
                "customer": item.customer or "",
                "action": Action.REMOVE.value,
                "fields": [],
                "status": Status.FAILED.value,
                "error": item.lost.report(),
            }
