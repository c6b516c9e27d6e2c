# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot's open connections (doveadm-who(1), doveadm-kick(1))."""

from __future__ import annotations

import json

from .._core import process
from .._core.errors import ServiceUnavailable

_REMEDY = "check that Dovecot runs and has been set up by the playbook servers"
_NO_SUCH_USER, _NOT_CONNECTED = 67, 68


class Dovecot:
    """The Dovecot of this host."""

    def connected(self) -> frozenset[str]:
        """Return who is logged in, by whatever protocol: one process."""
        done = process.run(["doveadm", "-f", "json", "who"], seconds=20)
        try:
            if done.code == 0:
                return frozenset(str(entry["username"]) for entry in json.loads(done.output))
        except (ValueError, LookupError, TypeError):
            pass
        raise ServiceUnavailable(f"doveadm who: {done.said}", remedy=_REMEDY)

    def disconnect(self, user: str) -> None:
        """End all connections of one user, whose name is exact: addresses have none of doveadm's wildcards."""
        done = process.run(["doveadm", "kick", user], seconds=20)
        if done.code not in (0, _NO_SUCH_USER, _NOT_CONNECTED):
            raise ServiceUnavailable(f"doveadm kick: {done.said}", remedy=_REMEDY)
