# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory, where passwords are."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from .login import DirectoryDownError
from .settings import Settings

_TIMEOUT_SECONDS = 5


class Ldap:
    """A directory that speaks LDAP. Implements Directory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=settings.directory_ca)
        self._secret = Path(settings.directory_secret).read_text("utf-8").strip()

    def accepts(self, address: str, password: str) -> bool:
        """Tell whether the password is right. Raises DirectoryDownError."""
        try:
            dn = self._find(address)
            if dn is None:
                return False
            connection = self._connection(dn, password)
            try:
                return bool(connection.bind())
            finally:
                connection.unbind()
        except LDAPException as error:
            raise DirectoryDownError(str(error)) from error

    def _find(self, address: str) -> str | None:
        settings = self._settings
        wanted = (
            f"(&({settings.mail_attribute}={escape_filter_chars(address)})"
            f"({settings.status_attribute}=active)({settings.service_attribute}=cloud))"
        )
        connection = self._connection(settings.directory_user, self._secret)
        if not connection.bind():
            raise DirectoryDownError("the account of the cloud is refused")
        try:
            connection.search(settings.directory_base, wanted, attributes=ldap3.NO_ATTRIBUTES)
            found = [entry["dn"] for entry in connection.response or () if entry["type"] == "searchResEntry"]
        finally:
            connection.unbind()
        return found[0] if len(found) == 1 else None

    def _connection(self, user: str, password: str) -> Any:
        # a new one each time: it remembers for minutes that a server was down
        server = ldap3.Server(
            self._settings.directory_uri, tls=self._tls, get_info=ldap3.NONE, connect_timeout=_TIMEOUT_SECONDS
        )
        return ldap3.Connection(server, user, password, receive_timeout=_TIMEOUT_SECONDS, read_only=True)
