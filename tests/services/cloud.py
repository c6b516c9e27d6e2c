# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses with a cloud, and the clients that their owners use."""

from __future__ import annotations

import base64
import hashlib
import shlex
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from caldav.davclient import DAVClient

ONE, TWO = "cloud-one", "cloud-two"
ANNA, BERT, CARLA = "anna@cloud-one.example", "bert@cloud-one.example", "carla@cloud-two.example"
OWNER = {ANNA: ONE, BERT: ONE, CARLA: TWO}
PASSWORD = "a-good-pass-word"
NAME, PORT = "cloud.lab.example", 8443
URL = f"https://{NAME}:{PORT}"
CA = "/etc/hosting/certificates/ca.crt"
ROOT = "/srv/cloud"
COLLECTIONS = "/var/lib/hosting/cloud/collections/collection-root"
LOG = "/var/log/hosting/cloud/access.log"
QUOTA = 200_000


@dataclass
class Cloud:
    """Two customers with three addresses. Bert has a small quota."""

    host: Host
    base: str
    network: Network
    _clients: list[DAVClient] = field(default_factory=list)

    def directory(self, states: Mapping[str, str] | None = None, *, password: str = PASSWORD) -> None:
        """Bring customers and addresses in the directory to a state."""
        customers = [{"name": name, "customer": name} for name in (ONE, TWO)]
        made = self.host.module("customer_account", {"directory": {"base": self.base}, "customers": customers})
        assert not made.get("failed"), made["msg"]
        boxes = [
            {"name": name, "customer": owner, "state": (states or {}).get(name, "present"), "cloud": {}, "chat": False}
            for name, owner in OWNER.items()
        ]
        hashed = hash_password("mailbox", password)
        made = self.host.module(
            "mailbox",
            {
                "directory": {"base": self.base},
                "mailboxes": boxes,
                "password_hashes": dict.fromkeys(OWNER, hashed),
            },
        )
        assert not made.get("failed"), made["msg"]

    def arguments(self, states: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
        """Return the arguments of the module for a state."""
        accounts = [
            {
                "name": name,
                "customer": owner,
                "state": (states or {}).get(name, "present"),
                "language": {ANNA: "de", BERT: "it", CARLA: "es"}[name],
                **({"quota": QUOTA} if name == BERT else {}),
            }
            for name, owner in OWNER.items()
        ]
        return {"accounts": accounts, **more}

    def apply(self, states: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
        """Run the module; it has to end well."""
        done = self.host.module("cloud_account", self.arguments(states, **more))
        assert not done.get("failed"), done["msg"]
        return done

    def restart(self) -> None:
        """Let the application forget what it has counted."""
        self.shell("systemctl reset-failed hosting-cloud.service; systemctl restart hosting-cloud.service")

    def shell(self, script: str, *, check: bool = True) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script, check=check).strip()

    def http(
        self, method: str, path: str, *options: str, user: str | None = ANNA, password: str = PASSWORD, data: str = ""
    ) -> tuple[int, str]:
        """Send a request as curl does; return status and body. ``data`` is sent as the body where it is not empty."""
        login = ["-u", f"{user}:{password}"] if user is not None else []
        reach = ["--resolve", f"*:{PORT}:127.0.0.1", "--cacert", CA, "--max-time", "60", "-w", "\n%{http_code}"]
        body = ["--data-binary", "@-"] if data else []
        # what a script would read as an option of a group of requests stays as it is
        command = ["curl", "-sg", "--path-as-is", *reach, *login, "-X", method, *body, *options, f"{URL}{path}"]
        page, _newline, status = self.host.run(*command, stdin=data).rpartition("\n")
        return int(status), page

    def files(self, user: str = ANNA) -> list[str]:
        """Return the paths in the tree of an address, as they lie on the disk."""
        return self.shell(f"cd {ROOT}/{user}/files && find . -mindepth 1 -printf '%P\n' | sort").splitlines()

    def calendars(self, user: str = ANNA, password: str = PASSWORD) -> Any:
        """Return the calendars of an address, as the library caldav sees them."""
        address = self.network.address(NAME)
        client = DAVClient(
            url=f"https://{address}:{PORT}/dav/", username=user, password=password, ssl_verify_cert=False
        )
        self._clients.append(client)
        principal: Any = client.principal  # not typed by the library
        return principal()

    def close(self) -> None:
        """Close the connections of the library caldav."""
        while self._clients:
            self._clients.pop().close()

    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate, as hexadecimal digits."""
        pem = ssl.get_server_certificate((self.network.address(NAME), PORT))
        der = base64.b64decode("".join(pem.splitlines()[1:-1]))
        return hashlib.sha256(der).hexdigest()

    def rclone(self, *command: str, user: str = ANNA, check: bool = True) -> str:
        """Run rclone on the host as somebody with an address would."""
        script = (
            f"grep -q {NAME} /etc/hosts || echo 127.0.0.1 {NAME} >> /etc/hosts; "
            f"export RCLONE_CONFIG_C_TYPE=webdav RCLONE_CONFIG_C_VENDOR=other RCLONE_CONFIG_C_USER={user} "
            f"RCLONE_CONFIG_C_URL={URL}/files/{user}/ RCLONE_CONFIG_C_PASS=$(rclone obscure {PASSWORD}) HOME=/tmp; "
            f"rclone --config /dev/null --ca-cert {CA} --retries 1 --low-level-retries 1 {shlex.join(command)} 2>&1"
        )
        return self.shell(script, check=check)
