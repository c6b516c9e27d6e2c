# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many sites on one host. How long it takes is measured by the benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.site import STATE

NUMBER = 40


class Crowd:
    """Customers with a site each, three of ten with PHP, a database and logs of their own."""

    def __init__(self, host: Host) -> None:
        self.host = host
        names = [f"test-crowd-{place:04}" for place in range(NUMBER)]
        self.users = {
            name: {"user": f"hc-{name}", "uid": 27000 + place, "web_gid": 37000 + place}
            for place, name in enumerate(names)
        }
        self.sites = [_site(place, name) for place, name in enumerate(names)]

    def run(self, sites: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """Run the module."""
        return self.host.module("site", {"sites": sites, "users": self.users, **more})

    def passwords(self) -> dict[str, str]:
        """Return the passwords of all databases."""
        return {name: f"password of {name}" for site in self.sites for name in site["databases"]}


def _site(place: int, name: str) -> dict[str, Any]:
    dynamic = place % 10 < 3
    return {
        "name": f"{name}.example",
        "customer": name,
        "kind": "php" if dynamic else "static",
        "log": "own" if dynamic else "shared",
        "aliases": [f"www.{name}.example"],
        "databases": [f"{name}-web"] if dynamic else [],
    }


@pytest.fixture
def crowd(host: Host) -> Iterator[Crowd]:
    """Return the crowd; nothing of it stays on the host."""
    found = Crowd(host)
    yield found
    found.run([{**site, "state": "absent"} for site in found.sites], purge=True)


def _reloads(host: Host, since: str) -> int:
    host.run("journalctl", "--sync")
    units = ["-u", "apache2.service", "-u", "php*-fpm.service"]
    return host.run("journalctl", "--output=cat", f"--since=@{since}", *units).count("Reloading ")


def _now(host: Host) -> str:
    return host.run("date", "+%s.%N").strip()


def test_many_sites_are_made_with_one_reload_and_one_of_them_changed_alone(crowd: Crowd) -> None:
    host = crowd.host
    before = _now(host)
    made = crowd.run(crowd.sites, database_passwords=crowd.passwords())
    assert made["counts"] == {"done": NUMBER, "unchanged": 0}
    assert _reloads(host, before) == 2  # Apache and PHP-FPM

    before, stamp = _now(host), "/root/.ansible/stamp"
    host.run("touch", stamp)
    changed = crowd.run([{**crowd.sites[-1], "aliases": []}, *crowd.sites[:-1]])
    assert changed["counts"] == {"done": 1, "unchanged": NUMBER - 1}
    assert _reloads(host, before) == 1
    written = host.run("find", f"{STATE}/current/", "-newer", stamp, "-type", "f", "-name", "test-crowd-*")
    assert written.split() == [f"{STATE}/current/apache/{crowd.sites[-1]['name']}.conf"]
