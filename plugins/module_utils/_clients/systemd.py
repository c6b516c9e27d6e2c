# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Units of systemd."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .._core.errors import ServiceUnavailable
from .._core.process import CompletedProgram, run

_SECONDS = 120
_MANAGER = ("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager")


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


def enclose(pid: int, scope: str, description: str, seconds: int) -> None:
    """Put a process into a transient scope of its own, which ends it after so many seconds.

    So it outlives the login that has started it, and operators see it in ``systemctl``. Where systemd does not run, as
    sd_booted(3) says, nothing is done. Raises ServiceUnavailable (org.freedesktop.systemd1(5), StartTransientUnit).
    """
    if not Path("/run/systemd/system").is_dir():
        return
    properties = {
        "PIDs": ("au", "1", str(pid)),
        "Description": ("s", description),
        "RuntimeMaxUSec": ("t", str(seconds * 1_000_000)),
        "CollectMode": ("s", "inactive-or-failed"),
    }
    argv = ["busctl", "--quiet", "call", *_MANAGER, "StartTransientUnit", "ssa(sv)a(sa(sv))", f"{scope}.scope", "fail"]
    given = [word for name, value in properties.items() for word in (name, *value)]
    done = run([*argv, str(len(properties)), *given, "0"])
    if done.code != 0:
        raise ServiceUnavailable(f"systemd: {scope}.scope: {done.said}", remedy="see to the cause, then run again")
