# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every login of a letter, tried as the customer would, whatever the register says of them."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.check import (
    Tools,
    login_checks,
    run_checks,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

_SECONDS = 30.0
# What a server says, or does, that refuses a login: no other reason proves that somebody is shut out.
_REFUSALS = (
    "authentication",
    "status 401",
    "access denied",
    "refuses the login",
    "login incorrect",
    "locked",
    "status 403",
)


@dataclass(frozen=True)
class Logins:
    """The logins in a customer's letter; those of databases are tried on a host that sites are on."""

    letter: Mapping[str, Any]
    connect_to: Mapping[str, str]
    ca_file: str
    database_client: Host
    sftp_hosts: Collection[Host]

    def outcomes(self) -> dict[tuple[str, str, str], str]:
        """Try all of them; return what was said against each, empty where it works."""
        checks = login_checks(
            str(self.letter["customer"]), self.letter["logins"], self._tools(), suspended=False, databases=None
        )
        tried = run_checks(checks, workers=4)
        untried = [row for row in tried if row["works"] is None]
        assert not untried, untried
        return {(row["service"], row["user"], row["address"]): "" if row["works"] else row["error"] for row in tried}

    def require_open(self) -> None:
        """Fail unless all of them work."""
        closed = {key: said for key, said in self.outcomes().items() if said}
        assert not closed, closed

    def require_closed(self) -> None:
        """Fail unless a server refuses each of them."""
        not_refused = {key: said for key, said in self.outcomes().items() if not _is_refusal(said)}
        assert not not_refused, not_refused

    def _tools(self) -> Tools:
        keys = [
            " ".join(line.split()[:2])
            for host in self.sftp_hosts
            for line in host.run("sh", "-c", "cat /etc/proftpd/ssh_host_*_key.pub").splitlines()
        ]
        return Tools(Network(self.connect_to, self.ca_file, _SECONDS), self._run, frozenset(keys))

    def _run(self, command: str, stdin: bytes) -> tuple[int, str, str]:
        way: Sequence[str] = ["podman", "exec", "-i", self.database_client.container, "sh", "-c", command]
        done = subprocess.run(way, input=stdin, check=False, capture_output=True)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def _is_refusal(said: str) -> bool:
    return any(word in said.lower() for word in _REFUSALS)
