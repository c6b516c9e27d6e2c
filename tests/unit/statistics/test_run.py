# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the statistics: whose visits are counted when a site passes to another customer."""

from __future__ import annotations

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


def test_visits_until_a_site_has_passed_on_are_not_the_new_owners(
    tmp_path: Path, counted: list[tuple[str, int]]
) -> None:
    log = tmp_path / "other_vhosts_access.log"
    settings: Any = SimpleNamespace(
        state=str(tmp_path), shared_log=str(log), own_logs=str(tmp_path / "own"), log_days=14, web_root="/srv/www"
    )

    def run(customer: str, visits: int) -> None:
        with log.open("a", encoding="ascii") as file:
            line = f'{NAME}:443 203.0.113.7 - - [23/Nov/2026:12:00:01 +0000] "GET / HTTP/1.1" 200 17 "-" "-"\n'
            file.write(line * visits)
        sites = {NAME: Site(NAME, customer, "static", "shared", "en")}
        started = statistics.Run(settings, sites, NOW)
        started.run()
        assert started.problems == []

    for customer, visits in (("former", 2), ("former", 1), ("next", 4), ("next", 3), ("former", 5), ("former", 1)):
        run(customer, visits)
    assert counted == [("former", 2), ("former", 1), ("next", 3), ("former", 1)]
