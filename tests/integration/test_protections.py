# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What units ask of systemd takes effect on the hosts of the lab, so that what the tests see is what servers do."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

# The services of Debian and ours that ask for a view of their own of the file system, at the least.
WITH_MOUNTS = {"apache2", "dovecot", "hosting-cloud", "hosting-cloud-web", "mariadb", "php8.4-fpm"}
_PROPERTIES = "Id,MainPID,ProtectSystem,PrivateTmp,MemoryCurrent,MemoryMax"


def _services(host: Host) -> dict[str, dict[str, str]]:
    """Return the properties of all services that run, by name."""
    shown = host.run("systemctl", "show", "--type=service", "--state=running", f"--property={_PROPERTIES}", "*")
    units = [dict(line.split("=", 1) for line in block.splitlines()) for block in shown.split("\n\n") if block.strip()]
    return {unit["Id"].removesuffix(".service"): unit for unit in units if unit["MainPID"] != "0"}


def test_services_have_the_view_of_files_that_they_ask_for(host: Host) -> None:
    host.require("mounts")
    asking = {
        name: unit["MainPID"]
        for name, unit in _services(host).items()
        if unit["ProtectSystem"] != "no" or unit["PrivateTmp"] != "no"
    }
    assert asking.keys() >= WITH_MOUNTS
    views = host.run(
        "sh", "-c", 'for p in "$@"; do readlink /proc/$p/ns/mnt; done', "sh", "1", *asking.values()
    ).split()
    assert [name for name, view in zip(asking, views[1:], strict=True) if view == views[0]] == []


def test_memory_of_services_is_counted_and_limited(host: Host) -> None:
    host.require("memory")
    services = _services(host)
    assert [name for name, unit in services.items() if not unit["MemoryCurrent"].isdecimal()] == []
    greedy = ["systemd-run", "--quiet", "--wait", "--property=MemoryMax=30M", "python3", "-c", "bytearray(200 << 20)"]
    with pytest.raises(AssertionError):
        host.run(*greedy)


def test_nothing_of_the_machine_is_on_its_hosts(host: Host) -> None:
    """Neither names that its /etc/hosts gives to hosts, nor its domains and proxies."""
    names = {tuple(line.split()) for line in host.run("cat", "/etc/hosts").splitlines()}
    assert names == {
        ("127.0.0.1", "localhost"),
        ("127.0.1.1", host.name),
        ("::1", "localhost", "ip6-localhost", "ip6-loopback"),
    }
    resolver = [line.split()[0] for line in host.run("cat", "/etc/resolv.conf").splitlines() if line.strip()]
    assert set(resolver) == {"nameserver"}
    environment = host.run("sh", "-c", "tr '\\0' '\\n' </proc/1/environ; systemctl show-environment").lower()
    assert "proxy" not in environment
