# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, as an FTP program sees them."""

from __future__ import annotations

import ftplib
from typing import Any

from .network import Network, Refused


def prove_ftp(login: dict[str, Any], network: Network) -> None:
    """Log in after TLS (RFC 4217), and list the directory over a data connection with TLS as well."""
    if login["security"] != "starttls":
        raise Refused(f"the letter says security {login['security']!r} for FTP; allowed: starttls")
    with _Ftp(login, network) as connection:
        connection.login(login["user"], login["password"])
        connection.prot_p()
        connection.nlst()


class _Ftp(ftplib.FTP_TLS):
    """The library's client over a connection that we made."""

    def __init__(self, login: dict[str, Any], network: Network) -> None:
        super().__init__(context=network.context(), timeout=network.timeout)
        self.host = login["host"]
        self.sock = network.open(login["host"], login["port"], login["security"])
        self.af = self.sock.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
