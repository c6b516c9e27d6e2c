# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the statistics: whose visits are counted when a site passes to another customer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics import __main__ as statistics
from ansible_collections.magmasoft.hosting.plugins.module_utils._statistics.sites import Site

NAME = "shop.example"
NOW = 1_795_435_201


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return customer and number of lines of what is counted, in place of GoAccess."""
    found: list[tuple[str, int]] = []

    class _Database:
        report = Path("report.html")

        def __init__(self, site: Site, _settings: Any) -> None:
            self.customer = site.customer

        def counted(self) -> int:
            return 0

        def count(self, lines: Path) -> None:
            found.append((self.customer, len(lines.read_bytes().splitlines())))

        def accept(self, _number: int) -> None:
            pass

    class _Pages:
        def __init__(self, _settings: Any) -> None:
            pass

        def put_report(self, _site: Site, _report: Path) -> None:
            pass

        def publish(self, _sites: Any) -> None:
            pass

    monkeypatch.setattr(statistics, "Database", _Database)
    monkeypatch.setattr(statistics, "Pages", _Pages)
    return found


Runs = Callable[[str, int], None]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Return what runs the statistics with so many new visits of the site, which is some customer's."""
    log = tmp_path / "other_vhosts_access.log"
    settings: Any = SimpleNamespace(
        state=str(tmp_path), shared_log=str(log), own_logs=str(tmp_path / "own"), log_days=14, web_root="/srv/www"
    )

    def _run(customer: str, visits: int) -> None:
        with log.open("a", encoding="ascii") as file:
            line = f'{NAME}:443 203.0.113.7 - - [23/Nov/2026:12:00:01 +0000] "GET / HTTP/1.1" 200 17 "-" "-"\n'
            file.write(line * visits)
        sites = {NAME: Site(NAME, customer, "static", "shared", "en")}
        statistics.Run(settings, sites, NOW).run()

    return _run


def test_visits_until_a_site_has_passed_on_are_not_the_new_owners(run: Runs, counted: list[tuple[str, int]]) -> None:
    for customer, visits in (("former", 2), ("former", 1), ("next", 4), ("next", 3), ("former", 5), ("former", 1)):
        run(customer, visits)
    assert counted == [("former", 2), ("former", 1), ("next", 3), ("former", 1)]


def test_visits_that_wait_when_runs_are_killed_are_not_the_new_owners(
    run: Runs, counted: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_run: statistics.Run) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(statistics.Run, "_count", killed)
        for customer in ("former", "next"):
            with pytest.raises(KeyboardInterrupt):
                run(customer, 2)
    run("next", 3)
    assert counted == [("next", 3)]
