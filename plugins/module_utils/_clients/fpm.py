# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PHP-FPM: checks pools that are not in effect yet, takes over those that are, quotes values."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .._core.errors import ItemRefused, ServiceUnavailable
from .._core.process import run
from .apache import log_end, log_since
from .sentinel import ask
from .systemd import Unit

_CHECK_SECONDS = 120
_FATAL = re.compile(r"\[[^\]]*\] (?:ERROR|ALERT): (.*)")
# The parser of ini files knows no way to write these between quotes; the rest of what is not letters is taken as it is.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\"\\$]")


@dataclass
class Fpm:
    """The PHP-FPM of the host. ``sentinel`` makes the pool in which it tells a number; implements Daemon."""

    version: str
    port: int
    sentinel: Callable[[int], bytes]
    name: str = "php"
    _log_end: int = field(default=0, init=False)

    @property
    def unit(self) -> Unit:
        """Return its unit."""
        return Unit(f"php{self.version}-fpm.service")

    @property
    def log(self) -> Path:
        """Return its log."""
        return Path(f"/var/log/php{self.version}-fpm.log")

    def check(self, generation: Path) -> str | None:
        """Check the pools of a generation, by themselves."""
        with tempfile.NamedTemporaryFile("w", prefix="hosting-php-", suffix=".conf") as handle:
            handle.write(f"[global]\nerror_log = /dev/null\ninclude = {generation}/{self.name}/*.conf\n")
            handle.flush()
            done = run([f"php-fpm{self.version}", "--test", "--fpm-config", handle.name], seconds=_CHECK_SECONDS)
        return f"PHP-FPM: {done.said}" if done.code else None

    def reload(self) -> Mapping[str, str]:
        """Have PHP-FPM take its pools over; running scripts come to their end."""
        done = self.unit.reload()
        return {"": f"PHP-FPM can't be reloaded: {done.said}"} if done.code else {}

    def restart(self) -> None:
        """Start PHP-FPM anew."""
        self.unit.restart()

    def active(self) -> bool:
        """Tell whether PHP-FPM runs."""
        return self.unit.active()

    def answer(self) -> int | None:
        """Return the number of the generation that PHP-FPM serves; Apache passes the question on."""
        return ask(self.port, "/php")

    def mark_log(self) -> None:
        """Remember where the log ends."""
        self._log_end = log_end(self.log)

    def complaints(self) -> str:
        """Return what PHP-FPM has logged since then of errors that kept it from running."""
        # "\n" alone: what customers can have logged may hold what Python takes for the end of a line too
        found = (_FATAL.match(line) for line in log_since(self.log, self._log_end).split("\n"))
        return " ".join(match[1] for match in found if match)


def quoted(value: object) -> str:
    """Return ``value`` in quotes, as the ini files of PHP have it. Raises ItemRefused for what can't be quoted."""
    text = str(value)
    if _FORBIDDEN.search(text):
        raise ItemRefused(
            f"{text[:80]!r} can't stand in the configuration of PHP-FPM",
            remedy='no control characters, no ", no \\ and no $',
            code="invalid-value",
        )
    return f'"{text}"'


def discover_version(root: Path = Path("/etc/php")) -> str:
    """Return the newest version of PHP that has an FPM on this host."""
    found = [path.parent.parent.name for path in root.glob("*/fpm/php-fpm.conf")]
    versions = [name for name in found if re.fullmatch(r"\d+\.\d+", name)]
    if not versions:
        raise ServiceUnavailable(f"PHP-FPM: there is none below {root}", remedy="run the playbook servers")
    return max(versions, key=lambda name: [int(part) for part in name.split(".")])
