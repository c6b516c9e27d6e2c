# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of every module: lock, reconcile, results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, NoReturn, Protocol

from .._core.errors import HostingError
from .._core.lock import service_lock
from .model import Status
from .reconcile import Batch, Report, reconcile

_NAMED_IN_MESSAGE = 5
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


def run_module(
    module: Module,
    prepare: Callable[[], Iterable[Batch]],
    *,
    lock: str | Callable[[], Iterable[str]],
    extra: Callable[[], Mapping[str, Any]] = dict,
) -> NoReturn:
    """Reconcile the batches that ``prepare`` returns and end the module with the results of DESIGN's contract.

    ``lock`` names the service that is written to, or returns the names of several; nothing is locked in check mode.
    ``extra`` gives further return values and is called last.
    """
    try:
        with ExitStack() as stack:
            for name in () if module.check_mode else _locks(lock):
                stack.enter_context(service_lock(name))
            report = reconcile(prepare(), check_mode=module.check_mode)
            values = {**_values(report), **extra()}
    except HostingError as error:
        nothing: dict[str, Any] = {"results": [], "unmanaged": [], "orphans": [], "counts": {}}
        module.fail_json(msg=str(error), changed=False, error=error.report(), invocation=_NO_ARGUMENTS, **nothing)
    values["invocation"] = _NO_ARGUMENTS
    if report.failed:
        module.fail_json(msg=_message(report), **values)
    module.exit_json(msg=_message(report), **values)


def _locks(lock: str | Callable[[], Iterable[str]]) -> Iterable[str]:
    # in one order, so that two runs never wait for each other
    return [lock] if isinstance(lock, str) else sorted(lock())


def _values(report: Report) -> dict[str, Any]:
    return {
        "changed": report.changed,
        "results": report.results,
        "unmanaged": report.unmanaged,
        "orphans": report.orphans,
        "counts": dict(report.counts),
        "diff": report.diff,
        "error": report.unavailable,
    }


def _message(report: Report) -> str:
    parts = [f"{number} {what}" for what, number in sorted(report.counts.items()) if number]
    text = ", ".join(parts) or "nothing to do"
    if report.unavailable is not None:
        text = f"{report.unavailable['message']} ({report.unavailable['remedy']}); {text}"
    failed = [result for result in report.results if result["status"] == Status.FAILED]
    for result in failed[:_NAMED_IN_MESSAGE]:
        error = result["error"]
        if error is not None:
            text += f"; {result['kind']} {result['name']}: {error['message']} ({error['remedy']})"
    if len(failed) > _NAMED_IN_MESSAGE:
        text += f"; and {len(failed) - _NAMED_IN_MESSAGE} more, see results"
    return text
