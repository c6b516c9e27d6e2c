# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, as programs for FTP and SFTP see them."""

from __future__ import annotations

import ftplib
from collections.abc import Collection
from typing import Any

from .network import ConnectionRefused, Network


def prove_ftp(login: dict[str, Any], network: Network) -> None:
    """Log in after TLS (RFC 4217), and list the directory over a data connection with TLS as well."""
    if login["security"] != "starttls":
        raise ConnectionRefused(f"the letter says security {login['security']!r} for FTP; allowed: starttls")
    with _Ftp(login, network) as connection:
        connection.login(login["user"], login["password"])
        connection.prot_p()
        connection.nlst()


def prove_sftp(login: dict[str, Any], network: Network, host_keys: Collection[str]) -> None:
    """Log in to a server that shows one of these keys, each as ``type base64``, and list the directory (RFC 4253)."""
    from paramiko import SFTPClient, Transport  # slow to load, and not everybody has files

    with network.connect(login["host"], login["port"]) as plain, Transport(plain) as transport:
        transport.banner_timeout = transport.auth_timeout = network.timeout
        transport.start_client(timeout=network.timeout)
        shown = transport.get_remote_server_key()
        if f"{shown.get_name()} {shown.get_base64()}" not in host_keys:
            raise ConnectionRefused(f"the server shows the key {shown.fingerprint}, which is none of our web hosts")
        transport.auth_password(login["user"], login["password"])
        channel = transport.open_session(timeout=network.timeout)
        channel.settimeout(network.timeout)
        channel.invoke_subsystem("sftp")
        SFTPClient(channel).listdir(".")


class _Ftp(ftplib.FTP_TLS):
    """The library's client over a connection that we made."""

    def __init__(self, login: dict[str, Any], network: Network) -> None:
        super().__init__(context=network.context(), timeout=network.timeout)
        self.host = login["host"]
        self.sock = network.open(login["host"], login["port"], login["security"])
        self.af = self.sock.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
