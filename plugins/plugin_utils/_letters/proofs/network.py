# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections as a customer's program makes them: TLS with the certificate checked, whatever the names lead to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass


class ConnectionRefused(Exception):
    """A service answered, and not as it has to."""


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach services. ``connect_to`` is asked before DNS is; its key ``*`` stands for every other host."""

    connect_to: Mapping[str, str]
    ca_file: str | None
    timeout: float

    def context(self) -> ssl.SSLContext:
        """Return a context that checks certificate and name."""
        return ssl.create_default_context(cafile=self.ca_file)

    def address(self, host: str) -> str:
        """Return where a name leads."""
        return self.connect_to.get(host) or self.connect_to.get("*") or host

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect without TLS."""
        return socket.create_connection((self.address(host), port), self.timeout)

    def connect_tls(self, host: str, port: int) -> ssl.SSLSocket:
        """Connect with TLS from the first byte on."""
        plain = self.connect(host, port)
        try:
            return self.context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def open(self, host: str, port: int, security: str) -> socket.socket:
        """Connect as ``security`` of a letter says; with ``starttls`` the protocol goes on from there."""
        if security == "tls":
            return self.connect_tls(host, port)
        if security == "starttls":
            return self.connect(host, port)
        raise ConnectionRefused(
            f"the letter says security {security!r}, which nobody can log in with; allowed: tls, starttls"
        )
