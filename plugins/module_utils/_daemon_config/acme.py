# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names an authority does not certify, and why: remembered between the runs of ``_acme``, told to operators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

STATE_FILE = "/var/lib/hosting/acme/state.json"
_STALE_SECONDS = 2 * 86400


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a name is not certified, from when on, after how many tries, and not to be tried before when (seconds)."""

    reason: str
    since: int
    tries: int
    again: int

    def __str__(self) -> str:
        return f"{self.reason}; refused since {moment(self.since)}, tried again after {moment(self.again)}"


@dataclass(slots=True)
class OrderState:
    """What a run leaves to the next: refused names, when it ended, and what kept it from going on."""

    refusals: dict[str, Refusal] = field(default_factory=dict)
    checked: int | None = None
    problem: str | None = None

    def dump(self) -> bytes:
        """Return it as JSON."""
        return (json.dumps(asdict(self), indent=1, sort_keys=True) + "\n").encode()

    def told(self, names: Mapping[str, tuple[str, ...]], now: float) -> Iterator[tuple[str, str, str]]:
        """Yield site, name and reason of what sites lack, given their names; without a site what concerns them all."""
        if self.problem is not None:
            yield "", "", self.problem
        elif self.checked is not None and self.checked + _STALE_SECONDS < now:
            yield "", "", f"nobody has looked after them since {moment(self.checked)}: hosting-certificates.timer"
        for site, own in names.items():
            yield from ((site, name, str(self.refusals[name])) for name in own if name in self.refusals)


def load_state(path: str = STATE_FILE) -> OrderState:
    """Return what the last run has left; nothing where there was none, or where it can't be read any more."""
    try:
        content: Any = json.loads(Path(path).read_bytes())
        refusals = {str(name): Refusal(**values) for name, values in content["refusals"].items()}
        return OrderState(refusals, content["checked"], content["problem"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return OrderState()


def moment(seconds: float) -> str:
    """Return a point in time as operators read it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
