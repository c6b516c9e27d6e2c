# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the system: started without a shell, with a time limit, their exit code always looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._core.errors import ServiceUnavailable

_SHOWN = 2000
# Programs of the administrator, whatever the PATH of the one who calls.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Completed:
    """How a program ended, and what it said, both outputs in one."""

    code: int
    output: str

    @property
    def said(self) -> str:
        """Return what it said, on one line and cut short: the end, where programs say why they gave up."""
        text = " ".join(self.output.split())
        return text if len(text) <= _SHOWN else f"... {text[-_SHOWN:]}"


def run(
    argv: Sequence[str], *, stdin: str = "", seconds: float = 60, environment: Mapping[str, str] | None = None
) -> Completed:
    """Run a program to its end. Raises ServiceUnavailable when it can't be started or takes too long."""
    try:
        done = subprocess.run(
            argv,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C", "PATH": _PATH, **(environment or {})},
        )
    except OSError as error:
        raise ServiceUnavailable(
            f"{argv[0]} can't be started: {error.strerror}", remedy="install it: run the playbook servers"
        ) from error
    except subprocess.TimeoutExpired:
        raise ServiceUnavailable(
            f"{argv[0]} did not end within {seconds:g} s", remedy="see what keeps the host busy, then run again"
        ) from None
    return Completed(done.returncode, done.stdout)
