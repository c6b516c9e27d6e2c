# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of every run: lock, check mode, one error per step, what is skipped when a service goes away.

Whatever changes something goes through ``carry_out``: there is no second gate. What is planned in check mode has the
names, actions and fields that are done later, since both are results of the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NoReturn, Protocol, TypeVar

from .errors import HostingError, ItemRefused, ServiceUnavailable, as_hosting_error
from .lock import service_lock
from .results import Action, Report, Result, Status

# Ansible returns all arguments otherwise, and searches every string of them for every secret: a square of the items.
_NO_ARGUMENTS: Mapping[str, Any] = {"module_args": {}}


class Module(Protocol):
    """What is needed of AnsibleModule."""

    check_mode: bool
    params: dict[str, Any]

    def exit_json(self, **values: Any) -> NoReturn:
        """End well."""

    def fail_json(self, msg: str, **values: Any) -> NoReturn:
        """End failed."""


class Step(Protocol):
    """Something to do, which its results name."""

    @property
    def noun(self) -> str:
        """Return what an item is called."""

    @property
    def name(self) -> str:
        """Return the name of the item."""

    @property
    def customer(self) -> str:
        """Return whose it is."""

    @property
    def action(self) -> Action:
        """Return what is done."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return what differs."""


_S = TypeVar("_S", bound=Step)
_S_contra = TypeVar("_S_contra", bound=Step, contravariant=True)


class Worker(Protocol[_S_contra]):
    """What carries steps out."""

    def apply(self, step: _S_contra, /) -> None:
        """Carry out one step. Raise HostingError if it can't be; ServiceUnavailable ends the run."""

    def activate(self, steps: Sequence[_S_contra], /) -> Mapping[str, HostingError]:
        """Put what was applied into effect, all at once; return the items that had to be left out, with the reason."""


def run_module(
    module: Module,
    work: Callable[[bool], Report],
    *,
    lock: str | Callable[[], Iterable[str]],
    extra: Callable[[], Mapping[str, Any]] = dict,
) -> NoReturn:
    """Do the work, which is told whether this is check mode, and end the module with its report.

    ``lock`` names the service that is written to, or returns the names of several; nothing is locked in check mode.
    ``extra`` gives further return values and is called last.
    """
    try:
        with ExitStack() as stack:
            for name in () if module.check_mode else _locks(lock):
                stack.enter_context(service_lock(name))
            report = work(module.check_mode)
            values = {**report.values(), **extra()}
    except HostingError as error:
        nothing: dict[str, Any] = {"results": [], "unmanaged": [], "orphans": [], "counts": {}}
        module.fail_json(msg=str(error), changed=False, error=error.report(), invocation=_NO_ARGUMENTS, **nothing)
    values["invocation"] = _NO_ARGUMENTS
    if report.failed:
        module.fail_json(msg=report.message(), **values)
    module.exit_json(msg=report.message(), **values)


def _locks(lock: str | Callable[[], Iterable[str]]) -> Iterable[str]:
    # in one order, so that two runs never wait for each other
    return [lock] if isinstance(lock, str) else sorted(lock())


def require_unique(noun: str, names: Iterable[str]) -> None:
    """Refuse items of one name, and name both positions. Raises ItemRefused."""
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        first = positions.setdefault(name, position)
        if first != position:
            raise ItemRefused(
                f"{noun} {name}: wanted twice, as item {first} and as item {position}",
                remedy="name it once",
                code="duplicate",
            )


def carry_out(
    worker: Worker[_S], steps: Sequence[_S], refused: Mapping[str, HostingError], report: Report, *, check_mode: bool
) -> list[Result]:
    """Carry steps out, but for those that are ``refused``, or in check mode only return what would come of them.

    One that fails does not stop the others. Where a service is unavailable, those after it are skipped.
    """
    outcome: dict[str, HostingError | None] = {}
    applied: list[_S] = []
    for step in steps:
        if step.name in refused:
            outcome[step.name] = refused[step.name]
        elif report.unavailable is None:
            outcome[step.name] = error = None if check_mode else _attempt(worker, step)
            if error is None:
                applied.append(step)
            elif isinstance(error, ServiceUnavailable):
                report.unavailable = error.report()
    if not check_mode:
        outcome.update(_activate(worker, applied, report))
    good = Status.PLANNED if check_mode else Status.DONE
    return [_result(step, outcome, good) for step in steps]


def _attempt(worker: Worker[_S], step: _S) -> HostingError | None:
    try:
        worker.apply(step)
    except Exception as error:  # noqa: BLE001 - one item that surprises us must not stop the others
        return as_hosting_error(error)
    return None


def _activate(worker: Worker[_S], applied: Sequence[_S], report: Report) -> Mapping[str, HostingError]:
    """Put into effect what was applied; where that fails as a whole, nothing of it is."""
    try:
        return worker.activate(applied)
    except Exception as error:  # noqa: BLE001 - what was applied must be told all the same
        problem = as_hosting_error(error)
        if isinstance(problem, ServiceUnavailable):
            report.unavailable = report.unavailable or problem.report()
        return {step.name: problem for step in applied}


def _result(step: Step, outcome: Mapping[str, HostingError | None], good: Status) -> Result:
    error = outcome.get(step.name)
    status = Status.SKIPPED if step.name not in outcome else Status.FAILED if error is not None else good
    return {
        "kind": step.noun,
        "name": step.name,
        "customer": step.customer,
        "action": step.action.value,
        "fields": list(step.fields),
        "status": status.value,
        "error": None if error is None else error.report(),
    }
