# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GoAccess: a database for each site, to which each batch of lines is added exactly once, and a report of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from .._core import process
from .._core.errors import ServiceUnavailable
from .settings import Settings
from .sites import Site

_SECONDS = 1800
_MEBIBYTE = 1 << 20
# GoAccess looks here for what it has read before and leaves lines out that it takes for old. We know better.
_LAST_PARSE = "IGLP_LAST_PARSE.db"
_DATABASE = re.compile(r"db-([0-9]+)")
# Directories of this name are C.UTF-8 in truth: dates in logs are read by it, and texts are taken by its name.
_LOCALES = {"de": "de_DE.UTF-8", "en": "en_US.UTF-8", "es": "es_ES.UTF-8", "it": "it_IT.UTF-8"}


class CountingError(Exception):
    """GoAccess has not done what it was asked for."""


class Database:
    """What has been counted for one site: a directory for each of its last states, named by the last batch in it."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self._site = site
        self._settings = settings
        self._directory = Path(settings.state, "sites", site.customer, site.name)

    def counted(self) -> int:
        """Return the number of the last batch that was counted."""
        return max((number for number, _path in self._databases()), default=0)

    def count(self, lines: Path) -> None:
        """Add lines to a copy of the database, and make a report of it. Raises CountingError."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(self._new, ignore_errors=True)
        former = max(self._databases(), default=None)
        if former is None:
            self._new.mkdir(mode=0o700)
        else:
            shutil.copytree(former[1], self._new)
            (self._new / _LAST_PARSE).unlink(missing_ok=True)
        self._run(lines)

    def accept(self, number: int) -> None:
        """Put the copy in the place of the database; the report of it was put there before."""
        former = [path for _number, path in self._databases()]
        self._new.rename(self._directory / f"db-{number}")
        for path in former:
            shutil.rmtree(path)

    @property
    def report(self) -> Path:
        """Return where the new report is."""
        return self._directory / "report.html"

    @property
    def _new(self) -> Path:
        return self._directory / "new"

    def _databases(self) -> Iterator[tuple[int, Path]]:
        for path in self._directory.iterdir() if self._directory.exists() else ():
            if (found := _DATABASE.fullmatch(path.name)) is not None:
                yield int(found[1]), path

    def _run(self, lines: Path) -> None:
        try:
            done = process.run(self._command(lines), seconds=_SECONDS, environment=self._environment())
        except ServiceUnavailable as error:
            raise CountingError(str(error)) from None
        # it goes on without what it cannot read of its database, and says so
        if done.code != 0 or done.output.strip():
            raise CountingError(f"GoAccess ended with {done.code}: {done.said}")

    def _command(self, lines: Path) -> list[str]:
        return [
            "prlimit",
            f"--as={self._settings.memory_mb * _MEBIBYTE}",
            "--",
            "goaccess",
            str(lines),
            "--no-global-config",
            "--log-format=COMBINED",
            "--num-tests=0",
            "--no-progress",
            "--no-parsing-spinner",
            "--anonymize-ip",
            "--ignore-panel=REFERRERS",
            "--ignore-panel=KEYPHRASES",
            f"--keep-last={self._settings.days}",
            "--restore",
            "--persist",
            f"--db-path={self._new}",
            f"--html-report-title={self._site.name}",
            f"--output={self.report}",
        ]

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": "/nonexistent",
            "LOCPATH": self._settings.locales,
            "LC_ALL": _LOCALES[self._site.language],
        }
