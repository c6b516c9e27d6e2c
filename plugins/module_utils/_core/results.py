# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module returns: a result for each step, and their sum."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypedDict

from .errors import ErrorReport, as_hosting_error

_NAMED_IN_MESSAGE = 5


class Action(StrEnum):
    """What is done to an item."""

    CREATE = "create"
    CHANGE = "change"
    SUSPEND = "suspend"
    RESUME = "resume"
    REMOVE = "remove"


class Status(StrEnum):
    """What became of a step."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Result(TypedDict):
    """What became of one step."""

    kind: str
    name: str
    customer: str
    action: str
    fields: list[str]
    status: str
    error: ErrorReport | None


class Diff(TypedDict):
    """One entry of Ansible's diff."""

    before_header: str
    after_header: str
    before: str
    after: str


@dataclass(slots=True)
class Report:
    """What a module returns, gathered over all that it does."""

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

    def note_unreadable(self, error: Exception, number: int) -> None:
        """Note what keeps the state of so many items from being read; what can be read is still planned."""
        self.unavailable = self.unavailable or as_hosting_error(error).report()
        self.counts["unknown"] += number

    def values(self) -> dict[str, Any]:
        """Return what the module returns."""
        return {
            "changed": self.changed,
            "results": self.results,
            "unmanaged": self.unmanaged,
            "orphans": self.orphans,
            "counts": dict(self.counts),
            "diff": self.diff,
            "error": self.unavailable,
        }

    def message(self) -> str:
        """Return it in one line."""
        parts = [f"{number} {what}" for what, number in sorted(self.counts.items()) if number]
        text = ", ".join(parts) or "nothing to do"
        if self.unavailable is not None:
            text = f"{self.unavailable['message']} ({self.unavailable['remedy']}); {text}"
        failed = [result for result in self.results if result["status"] == Status.FAILED]
        for result in failed[:_NAMED_IN_MESSAGE]:
            error = result["error"]
            if error is not None:
                text += f"; {result['kind']} {result['name']}: {error['message']} ({error['remedy']})"
        if len(failed) > _NAMED_IN_MESSAGE:
            text += f"; and {len(failed) - _NAMED_IN_MESSAGE} more, see results"
        return text
