# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apache: checks a configuration that is not in effect yet, takes over the one that is, quotes values."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .._core.errors import ItemRefused, ServiceUnavailable
from .._core.process import run
from .sentinel import ask
from .systemd import Unit

_CHECK_SECONDS = 120
_LIMIT = 65536
# At the start of a line only: what customers can have logged stands further behind.
_FATAL = re.compile(r"(?:\S+ )?\[[^\]]*\] \[[\w-]*:(?:emerg|alert|crit)\] (.*)")
_NOISE = re.compile(r"AH\d+: (?:[\w.-]+: )?(?:Warning|Could not reliably determine)|\[[\w-]*:(?:warn|notice|info)\]")
_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
_SERVER_NAME = re.compile(r"^\s*Server(?:Name|Alias)\s+(.+?)\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass
class Apache:
    """The web server of the host. ``sentinel`` makes the file in which it tells a number; implements Daemon."""

    state: str
    port: int
    sentinel: Callable[[int], bytes]
    configuration: Path = Path("/etc/apache2")
    log: Path = Path("/var/log/apache2/error.log")
    unit: Unit = field(default_factory=lambda: Unit("apache2.service"))
    name: str = "apache"
    _log_end: int = field(default=0, init=False)

    def check(self, generation: Path) -> str | None:
        """Check the whole configuration with another generation in the place of the current one."""
        with tempfile.TemporaryDirectory(prefix="hosting-apache-") as directory:
            shadow = Path(directory)
            if not _shadow(self.configuration, shadow, f"{self.state}/current", str(generation)):
                raise ServiceUnavailable(
                    f"Apache: nothing below {self.configuration} includes {self.state}/current/apache/*.conf",
                    remedy="run the playbook servers",
                )
            done = run(
                ["apachectl", "-t"],
                seconds=_CHECK_SECONDS,
                environment={"APACHE_CONFDIR": str(shadow), "APACHE_ULIMIT_MAX_FILES": "true"},
            )
        if done.code == 0:
            return None
        lines = [line for line in done.output.splitlines() if not _NOISE.search(line)]
        return f"Apache: {' '.join(lines)}"

    def reload(self) -> Mapping[str, str]:
        """Have Apache take its configuration over without closing connections."""
        done = self.unit.reload()
        return {"": f"Apache can't be reloaded: {done.said}"} if done.code else {}

    def restart(self) -> None:
        """Start Apache anew."""
        self.unit.restart()

    def active(self) -> bool:
        """Tell whether Apache runs."""
        return self.unit.active()

    def answer(self) -> int | None:
        """Return the number of the generation that Apache serves."""
        return ask(self.port, "/apache")

    def mark_log(self) -> None:
        """Remember where the error log ends."""
        self._log_end = log_end(self.log)

    def complaints(self) -> str:
        """Return what Apache has logged since then of errors that kept it from running."""
        # "\n" alone: what customers can have logged may hold what Python takes for the end of a line too
        found = (_FATAL.match(line) for line in log_since(self.log, self._log_end).split("\n"))
        return " ".join(match[1] for match in found if match)


def quoted(value: object) -> str:
    """Return ``value`` as one argument of a directive. Raises ItemRefused for what can't be quoted."""
    text = str(value)
    # Apache expands ${...} even in quotes, and reads expressions from %{...} in some directives.
    if any(ord(character) < ord(" ") or ord(character) == 0x7F for character in text) or "${" in text or "%{" in text:  # noqa: PLR2004
        raise ItemRefused(
            f"{text[:80]!r} can't stand in the configuration of Apache",
            remedy="no control characters, no ${ and no %{",
            code="invalid-value",
        )
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def plain(value: object) -> str:
    """Return ``value`` as it is, to stand within what the template has quoted. Raises ItemRefused if it is odd."""
    text = str(value)
    if _PLAIN.fullmatch(text) is None:
        raise ItemRefused(
            f"{text[:80]!r} can't stand in the configuration of a daemon without quotes",
            remedy="letters, digits, dot, hyphen, underscore and slash",
            code="invalid-value",
        )
    return text


def quoted_html(text: str) -> str:
    """Return a page as the text of an ErrorDocument: one line of ASCII that Apache finds nothing to expand in."""
    line = " ".join(text.split()).replace("%", "&#37;").replace("$", "&#36;")
    return quoted(line.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def served_names(configuration: Path = Path("/etc/apache2")) -> Iterator[str]:
    """Return the names of the virtual hosts that the operator has enabled."""
    directory = configuration / "sites-enabled"
    try:
        paths = sorted(path for path in directory.iterdir() if path.is_file())
    except FileNotFoundError:
        return
    for path in paths:
        for match in _SERVER_NAME.finditer(path.read_text(encoding="utf-8", errors="replace")):
            for word in match[1].split():
                yield word.strip('"').rpartition("//")[2].partition(":")[0].lower()


def log_end(path: Path) -> int:
    """Return the size of a log, 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def log_since(path: Path, position: int) -> str:
    """Return what was appended to a log, the end of it if that is much."""
    try:
        with path.open("rb") as handle:
            handle.seek(max(position, log_end(path) - _LIMIT))
            return handle.read(_LIMIT).decode("utf-8", "replace")
    except OSError:
        return ""


def _shadow(source: Path, target: Path, old: str, new: str) -> bool:
    """Make a twin of a configuration directory, with one path in place of another; tell whether that was found."""
    found = False
    for entry in source.iterdir():
        twin = target / entry.name
        if entry.is_dir() and entry.name in ("conf-enabled", "sites-enabled"):
            twin.mkdir()
            found = _shadow(entry, twin, old, new) or found
        elif entry.is_file() and entry.suffix == ".conf":
            text = entry.read_bytes().decode("utf-8", "surrogateescape")
            if f"{old}/" in text:
                found = True
                twin.write_bytes(text.replace(f"{old}/", f"{new}/").encode("utf-8", "surrogateescape"))
            else:
                twin.symlink_to(entry.resolve())
        else:
            twin.symlink_to(entry)
    return found
