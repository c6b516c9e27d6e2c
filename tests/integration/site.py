# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites on a host under test: the module with the options that all tests share, and a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.magmasoft.hosting.tests.integration.host import Host

ONE, TWO = "test-site-one", "test-site-two"
USERS = {
    ONE: {"user": f"hc-{ONE}", "uid": 28901, "web_gid": 38901},
    TWO: {"user": f"hc-{TWO}", "uid": 28902, "web_gid": 38902},
}
STATIC, PHP, OTHER = "static.site-test.example", "php.site-test.example", "other.site-test.example"
ALL = {STATIC: ONE, PHP: ONE, OTHER: TWO}
CA = "/etc/hosting/certificates/ca.crt"
STATE = "/var/lib/hosting/web"
TEMPLATES = "/etc/hosting/web/templates"
OWN_TEMPLATES = "/root/site-test-templates"
SHARED_LOG = "/var/log/apache2/other_vhosts_access.log"


@dataclass(frozen=True)
class Answer:
    """What a browser was told."""

    status: int
    headers: str
    body: str


@dataclass
class Sites:
    """The module and what it has made."""

    host: Host
    users: dict[str, Any] = field(default_factory=lambda: dict(USERS))

    def arguments(self, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Return the arguments of the module."""
        return {"sites": list(items), "users": self.users, **more}

    def run(self, *items: dict[str, Any], check: bool = False, **more: Any) -> dict[str, Any]:
        """Run the module once."""
        return self.host.module("site", self.arguments(*items, **more), check=check)

    def converge(self, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Run the module three times: predicted, done, unchanged."""
        return self.host.converge("site", self.arguments(*items, **more))

    def get(self, url: str, *options: str) -> Answer:
        """Ask Apache for a page, whatever address the name has."""
        here = [part for port in ("80", "443") for part in ("--resolve", f"*:{port}:127.0.0.1")]
        command = ["curl", "-s", "-i", "--http1.1", "--max-time", "20", "--cacert", CA, *here, *options, url]
        head, _blank, body = self.host.run(*command).replace("\r\n", "\n").partition("\n\n")
        return Answer(int(head.split()[1]), head.lower(), body)

    def serves(self, name: str) -> bool:
        """Tell whether a site answers over TLS by its own certificate, be there anything in it or not."""
        return self.get(f"https://{name}/").status in (200, 403)

    def write(self, domain: str, name: str, text: str) -> None:
        """Write a file into a site's document root, as its customer."""
        customer = ALL[domain]
        path = f"/srv/www/{customer}/{domain}/htdocs/{name}"
        self.host.run("runuser", "-u", f"hc-{customer}", "--", "tee", path, stdin=text)

    def shell(self, script: str, *, check: bool = True) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script, check=check).strip()

    def generation(self) -> str:
        """Return what is current."""
        return self.shell(f"readlink {STATE}/current")

    def sweep(self) -> None:
        """Remove everything that the tests may have made."""
        self.shell(
            "systemctl reset-failed apache2 'php*-fpm.service';"
            " systemctl start apache2 $(cd /etc/php && ls -d */fpm | sed 's#\\(.*\\)/fpm#php\\1-fpm#')",
            check=False,
        )
        for domain, customer in ALL.items():
            self.shell(f"rm -rf /var/log/hosting/web/{domain}/*.log; rm -f /srv/www/{customer}/{domain} || true")
        swapped = {domain: TWO if customer == ONE else ONE for domain, customer in ALL.items()}
        gone = [
            [{"name": domain, "customer": customer, "state": "absent"} for domain, customer in owners.items()]
            for owners in (ALL, swapped)
        ]
        self.host.modules("site", *(self.arguments(*items, purge=True) for items in gone))
        names = " ".join(ALL)
        left = self.shell(f"cd /var/log/hosting/web && rm -rf {names}; cd /srv/www && rm -rf {ONE} {TWO}", check=False)
        assert not left
        for customer in (ONE, TWO):
            self.shell(f"userdel hc-{customer}; groupdel hw-{customer}", check=False)


def told(result: dict[str, Any]) -> dict[str, tuple[str, str, str | None]]:
    """Return action, status and the code of the error of each item."""
    return {
        item["name"]: (item["action"], item["status"], (item["error"] or {}).get("code")) for item in result["results"]
    }


def static(**fields: Any) -> dict[str, Any]:
    """Return a site of files."""
    return {"name": STATIC, "customer": ONE, **fields}


def php(**fields: Any) -> dict[str, Any]:
    """Return a site with PHP."""
    return {"name": PHP, "customer": ONE, "kind": "php", "log": "own", **fields}


def other(**fields: Any) -> dict[str, Any]:
    """Return another customer's site with PHP."""
    return {"name": OTHER, "customer": TWO, "kind": "php", "log": "own", **fields}


def as_json(answer: Answer) -> Any:
    """Return what a script of a test has said."""
    assert answer.status == 200, answer
    return json.loads(answer.body)
