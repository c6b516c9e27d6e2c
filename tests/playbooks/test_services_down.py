# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that is down is named; what does not need it is applied; the next run heals."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider

# Long enough for Ansible to run all its plays on a slow machine, far shorter than any protocol's own time-out.
PATIENCE = 120


@pytest.mark.parametrize(
    ("unit", "named", "present", "missing"),
    [
        ("slapd", "directory", [], ["directory"]),
        ("mariadb", "database", ["directory"], ["databases"]),
        ("apache2", "apache", ["directory", "databases"], []),
        ("prosody", "prosody", ["directory", "databases"], []),
    ],
)
def test_a_stopped_service(provider: Provider, unit: str, named: str, present: list[str], missing: list[str]) -> None:
    name = provider.customer(f"down-{unit}")
    provider.host.run("systemctl", "stop", unit)
    try:
        done = provider.run("customers")
    finally:
        provider.host.run("systemctl", "start", unit)
    assert done.code != 0
    assert done.seconds < PATIENCE
    verdict = done.output[done.output.rindex("Give the verdict") :]
    assert "FAILED" in verdict
    assert named in verdict.lower()
    for service in present:
        assert _holds(provider, service, name), service
    for service in missing:
        assert not _holds(provider, service, name), service
    provider.apply()
    assert _holds(provider, "directory", name)
    assert _holds(provider, "databases", name)
    provider.unchanged()
    services = {login["service"] for login in provider.letter(name)["logins"] if login["password"]}
    assert {"imap", "submission", "database"} <= services


def _holds(provider: Provider, service: str, name: str) -> bool:
    if service == "directory":
        return bool(
            provider.host.run(
                "ldapsearch",
                "-Q",
                "-LLL",
                "-Y",
                "EXTERNAL",
                "-H",
                "ldapi:///",
                "-b",
                "dc=lab,dc=example",
                f"(mail=office@{name}.example)",
                "dn",
            ).strip()
        )
    return bool(provider.host.run("mariadb", "--batch", stdin=f"SHOW DATABASES LIKE '{name}-web'").strip())
