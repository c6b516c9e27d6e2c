# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates by ACME (RFC 8555): mod_md and an authority that really asks the site, as on servers of the Internet."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook

CUSTOMER, DOMAIN = "test-acme", "acme.site-test.example"
USERS = {CUSTOMER: {"user": f"hc-{CUSTOMER}", "uid": 28911, "web_gid": 38911}}
ACME = {
    "hosting_web_certificates": "acme",
    "hosting_web_acme_contact": "hostmaster@lab.example",
    "hosting_web_acme_authority": "https://localhost:14000/dir",
    "hosting_web_acme_ca_file": "/etc/hosting/certificates/ca.crt",
}
AUTHORITY = {
    "pebble": {
        "listenAddress": "127.0.0.1:14000",
        "managementListenAddress": "127.0.0.1:15000",
        "certificate": "/etc/hosting/certificates/host.crt",
        "privateKey": "/etc/hosting/certificates/host.key",
        "httpPort": 80,
        "tlsPort": 443,
    }
}


def _role(host: Host, place: Path, variables: dict[str, str], *options: str) -> int:
    """Apply the role to the host; return how many tasks changed something, or in check mode would."""
    playbook = place / "web.yml"
    playbook.write_text(
        json.dumps([{"hosts": host.name, "become": True, "gather_facts": False, "roles": ["magmasoft.hosting.web"]}]),
        "utf-8",
    )
    inventory = os.environ["HOSTING_TEST_INVENTORY"]
    done = ansible_playbook("-i", inventory, "-e", json.dumps(variables), *options, playbook, as_json=True)
    assert done.returncode == 0, done.stdout + done.stderr
    changed: int = json.loads(done.stdout)["stats"][host.name]["changed"]
    return changed


def _site(host: Host) -> dict[str, Any]:
    item = {"name": DOMAIN, "aliases": [f"www.{DOMAIN}"], "customer": CUSTOMER}
    return host.converge("site", {"sites": [item], "users": USERS, "certificates": {"source": "acme"}})


@pytest.fixture
def authority(host: Host, tmp_path: Path) -> str:
    """Run an authority on the host, and Apache by it; return where the authority's own certificate lies."""
    root = "/run/test-acme.crt"
    host.run("tee", "/run/test-acme.json", stdin=json.dumps(AUTHORITY))
    # the authority resolves names by the system, and the names of the test are in no DNS
    host.run("tee", "-a", "/etc/hosts", stdin=f"127.0.0.1 {DOMAIN} www.{DOMAIN}\n")
    host.run(
        *("systemd-run", "--unit=test-acme", "--setenv=PEBBLE_VA_NOSLEEP=1", "--setenv=PEBBLE_WFE_NONCEREJECT=0"),
        *("/usr/bin/pebble", "-config", "/run/test-acme.json"),
    )
    predicted = _role(host, tmp_path, ACME, "--check")
    assert _role(host, tmp_path, ACME) > 0
    assert predicted > 0
    assert _role(host, tmp_path, ACME) == 0
    url = "https://localhost:15000/roots/0"
    host.run("curl", "-sS", "--fail", "--cacert", ACME["hosting_web_acme_ca_file"], "-o", root, url)
    return root


def test_a_site_gets_a_certificate_from_an_authority(host: Host, authority: str) -> None:
    """And serves it without anybody doing anything more."""
    done = _site(host)
    assert done["results"][0]["action"] == "create"
    for name in (DOMAIN, f"www.{DOMAIN}"):
        _wait_for(host, f"https://{name}/", authority)
    issuer = host.run(
        "sh", "-c", f"openssl s_client -connect localhost:443 -servername {DOMAIN} </dev/null 2>/dev/null"
    )
    assert "Pebble Intermediate CA" in issuer
    assert not _site(host)["changed"]


def _wait_for(host: Host, url: str, authority: str) -> None:
    """Wait until a site is served by a certificate of the authority."""
    command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", authority, url]
    until = time.monotonic() + 90
    while time.monotonic() < until:
        # a site that is empty says 403
        if host.run(*command, check=False) in ("200", "403"):
            return
        time.sleep(1)
    log = host.run(
        "sh", "-c", "grep -h 'md:' /var/log/apache2/*error*.log | tail -20; journalctl -u test-acme | tail -20"
    )
    raise AssertionError(f"{url}: no certificate of the authority after 90 s\n{log}")
