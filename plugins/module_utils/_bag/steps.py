# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of an export, for the frame that carries out everything (_core/run.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._core.errors import HostingError, ItemRefused
from .._core.results import Action, Diff, Report, Status
from .._core.run import Worker, carry_out

_PRESENT = "state: present\n"


@dataclass(frozen=True, slots=True)
class BagStep:
    """One bag of a customer, or this host's part of it. ``values`` is what it is made for: request, form."""

    noun: str
    name: str
    customer: str
    action: Action
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return what was asked for."""
        return tuple(sorted(self.values))

    def diff(self) -> Diff:
        """Return what Ansible shows of it."""
        header = f"{self.noun} {self.name}"
        text = _PRESENT + "".join(f"{name}: {self.values[name]}\n" for name in self.fields)
        before, after = (text, "") if self.action is Action.REMOVE else ("", text)
        return {"before_header": header, "after_header": header, "before": before, "after": after}


@dataclass(slots=True)
class BagPlan:
    """The steps, those of them that must not be tried, and how many bags are as they are wanted."""

    steps: list[BagStep] = field(default_factory=list)
    refused: dict[str, HostingError] = field(default_factory=dict)
    unchanged: int = 0

    def refuse(self, step: BagStep, reason: HostingError) -> None:
        """Add a step that must not be tried."""
        self.steps.append(step)
        self.refused[step.name] = reason

    def carry_out(self, worker: Worker[BagStep], *, check_mode: bool) -> Report:
        """Carry the steps out; return the report."""
        report = Report()
        report.counts["unchanged"] += self.unchanged
        report.results = carry_out(worker, self.steps, self.refused, report, check_mode=check_mode)
        report.counts.update(result["status"] for result in report.results)
        good = {Status.DONE, Status.PLANNED}
        shown = [step for step, result in zip(self.steps, report.results, strict=True) if result["status"] in good]
        report.diff = [step.diff() for step in sorted(shown, key=lambda step: step.name)]
        return report


def other_bag(more: str = "") -> ItemRefused:
    """Return why a sealed bag is not made anew with another content."""
    return ItemRefused(
        f"there is a sealed bag of this name, of which something else was asked{more}",
        remedy="name another bag: -e bag=<name>",
        code="other-bag",
    )
