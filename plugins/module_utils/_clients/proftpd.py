# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ProFTPD's open sessions, of FTP and SFTP alike (ftpwho(1), ftpdctl(8))."""

from __future__ import annotations

import json

from .._core import process
from .._core.errors import ServiceUnavailable

_SOCKET = "/run/proftpd/proftpd.sock"
_REMEDY = "check that ProFTPD runs and has been set up by the playbook servers"


class Proftpd:
    """The ProFTPD of this host."""

    def connected(self) -> frozenset[str]:
        """Return who is logged in: one process."""
        done = process.run(["ftpwho", "--outform", "json"], seconds=20)
        try:
            if done.code == 0:
                entries = json.loads(done.output)["connections"]
                return frozenset(str(entry["user"]) for entry in entries if "user" in entry)
        except (ValueError, LookupError, TypeError):
            pass
        raise ServiceUnavailable(f"ftpwho: {done.said}", remedy=_REMEDY)

    def disconnect(self, user: str) -> None:
        """End all sessions of one login."""
        done = process.run(["ftpdctl", "-s", _SOCKET, "kick", "user", user], seconds=20)
        if done.code != 0:
            raise ServiceUnavailable(f"ftpdctl: {done.said}", remedy=_REMEDY)
