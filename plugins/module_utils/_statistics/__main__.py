# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run: take over what is new in the logs, count it, publish.

The manifest of the web server's configuration, which only root may read, is handed over by systemd (OpenFile).
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from .._core.errors import HostingError
from . import lines, offsets
from .database import CountingError, Database
from .pages import Pages
from .settings import Settings
from .sites import Site, UnknownManifestError, read_manifest
from .spool import Spool

_DAY = 86400
# where systemd puts the first file that it hands over
_MANIFEST = 3


class Run:
    """What one run does. A site with which something is wrong is named, and the others go on."""

    def __init__(self, settings: Settings, sites: Mapping[str, Site], now: int) -> None:
        self._settings = settings
        self._sites = sites
        self._now = now
        self._spool = Spool(settings.state)
        self._pages = Pages(settings)
        # sites that have another owner than in the last run: what is in the logs until now is of the former one's time
        self._passed_on: set[str] = set()
        self.problems: list[str] = []

    def run(self) -> None:
        """Do all of it."""
        self._spool.open()
        before = self._spool.owners
        self._passed_on = {
            name for name, site in self._sites.items() if before.get(name, site.customer) != site.customer
        }
        # before it is noted whose they are: a run that is killed after that knows of no change
        self._drop_waiting()
        self._collect()
        self._count()
        self._spool.sweep()
        self._pages.publish(self._sites.values())

    def _drop_waiting(self) -> None:
        for _number, files in self._spool.batches() if self._passed_on else ():
            for name in self._passed_on & files.keys():
                files[name].unlink()

    def _collect(self) -> None:
        before = self._spool.logs
        logs = {path: marks for path, marks in before.items() if Path(path).parent.exists()}
        own = {f"{self._settings.own_logs}/{name}/access.log": name for name in self._sites}
        for path in (self._settings.shared_log, *own):
            log = offsets.Log(path, offsets.from_json(before.get(path, ())), self._now)
            for line in log.lines():
                self._take(own.get(path), line)
            self.problems += log.problems
            if log.marks:
                logs[path] = offsets.to_json(log.marks)
        self._spool.commit(logs, {**self._spool.owners, **{name: site.customer for name, site in self._sites.items()}})

    def _take(self, name: str | None, line: bytes) -> None:
        """Take a line of a site's own log, or without a name one of the shared log."""
        if name is None:
            found = lines.owner(line)
            if found is None or found[0] not in self._sites:
                return
            name, line = found
        if name in self._passed_on:
            return
        counted = lines.countable(line)
        if counted is not None:
            self._spool.add(name, counted)

    def _count(self) -> None:
        waiting: set[str] = set()
        for number, files in self._spool.batches():
            ready: dict[str, Database] = {}
            for name, path in files.items():
                if name not in self._sites or self._is_old(path):
                    path.unlink()
                elif name not in waiting and not self._count_site(number, name, path, ready):
                    # later lines of the site must not come before these
                    waiting.add(name)
            self._accept(number, ready)
            for name, path in files.items():
                if name not in waiting:
                    path.unlink(missing_ok=True)

    def _count_site(self, number: int, name: str, path: Path, ready: dict[str, Database]) -> bool:
        """Count the lines of a site unless a killed run has done so; tell whether that worked."""
        database = Database(self._sites[name], self._settings)
        try:
            if database.counted() < number:
                database.count(path)
                ready[name] = database
        except (CountingError, OSError) as error:
            self.problems.append(f"{name}: {error}")
            return False
        return True

    def _accept(self, number: int, ready: Mapping[str, Database]) -> None:
        if ready:
            # one call for the databases of all sites
            os.sync()
        for name, database in ready.items():
            self._pages.put_report(self._sites[name], database.report)
            database.accept(number)

    def _is_old(self, path: Path) -> bool:
        return self._now - path.stat().st_mtime > self._settings.log_days * _DAY


def main() -> int:
    """Run with the file of settings that the command line names."""
    os.umask(0o027)
    settings = Settings.load(sys.argv[1])
    if os.environ.get("LISTEN_FDS") != "1":
        # the first generation, which the role has made, has no sites
        return 0
    with open(_MANIFEST, encoding="utf-8") as file:
        manifest = file.read()
    try:
        run = Run(settings, read_manifest(manifest), int(time.time()))
    except UnknownManifestError as error:
        sys.stderr.write(f"the manifest of the web server's configuration: {error}\n")
        return 1
    with Path(settings.state, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            run.run()
        except HostingError as error:
            run.problems.append(str(error))
    for problem in run.problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if run.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
