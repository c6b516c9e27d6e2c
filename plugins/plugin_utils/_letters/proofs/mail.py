# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail, as a mail program reads and sends it."""

from __future__ import annotations

import imaplib
import smtplib
import socket
from contextlib import suppress
from typing import Any

from .network import ConnectionRefused, Network


def prove_imap(login: dict[str, Any], network: Network) -> None:
    """Log in and list the folders."""
    connection = _Imap(login, network)
    try:
        _read_folders(connection, login, network)
    except BaseException:
        # Not by LOGOUT, for whose answer a silent server would have us wait once more.
        with suppress(OSError):
            connection.shutdown()
        raise
    connection.logout()


def _read_folders(connection: imaplib.IMAP4, login: dict[str, Any], network: Network) -> None:
    if login["security"] == "starttls":
        connection.starttls(network.context())
    connection.login(login["user"], login["password"])
    answer, _folders = connection.list()
    if answer != "OK":
        raise ConnectionRefused(f"LIST answers {answer}")


def prove_submission(login: dict[str, Any], network: Network) -> None:
    """Log in and begin a message to oneself, which is then given up: no mail is left behind."""
    with _Smtp(login, network) as connection:
        if login["security"] == "starttls":
            connection.starttls(context=network.context())
        connection.login(login["user"], login["password"])
        connection.noop()
        _accepted("MAIL FROM", connection.mail(login["user"]))
        _accepted("RCPT TO", connection.rcpt(login["user"]))
        connection.rset()


def _accepted(command: str, answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code // 100 != 2:  # noqa: PLR2004  # RFC 5321: 2yz is success
        raise ConnectionRefused(f"{command} one's own address: {code} {text.decode('utf-8', 'replace')}")


class _Imap(imaplib.IMAP4):
    """The library's client over a connection that we made."""

    def __init__(self, login: dict[str, Any], network: Network) -> None:
        self._login_to, self._network = login, network
        super().__init__(login["host"], login["port"], network.timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._network.open(self.host, self.port, self._login_to["security"])


class _Smtp(smtplib.SMTP):
    """The library's client over a connection that we made."""

    def __init__(self, login: dict[str, Any], network: Network) -> None:
        self._login_to, self._network = login, network
        super().__init__(login["host"], login["port"], timeout=network.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._network.open(host, port, self._login_to["security"])
