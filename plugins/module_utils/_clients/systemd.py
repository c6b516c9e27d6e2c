# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Units of systemd."""

from __future__ import annotations

from dataclasses import dataclass

from .._core.process import CompletedProgram, run

_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit, by its full name."""

    name: str

    def active(self) -> bool:
        """Tell whether it runs; a unit that is just taking over a new configuration does."""
        return run(["systemctl", "is-active", self.name]).output.strip() in ("active", "reloading", "refreshing")

    def reload(self) -> CompletedProgram:
        """Have it take its configuration over."""
        return run(["systemctl", "reload", self.name], seconds=_SECONDS)

    def restart(self) -> CompletedProgram:
        """Start it anew. Former failures are forgotten first, so that systemd does not hold it back."""
        run(["systemctl", "reset-failed", self.name])
        return run(["systemctl", "restart", self.name], seconds=_SECONDS)
