# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificates of sites, where the module ``site`` has made a place for each: certificate and key in one file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .._clients.certificates import CertificateFacts, facts_of
from .._core import files
from .._core.files import Ownership

FILE = "site.pem"
OWN_FILE = Ownership(os.geteuid(), os.getegid(), 0o600)
_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class CertificateStore:
    """The directory below which each site has one of its own, readable by root alone.

    ``pending`` is a file that is there while Apache has not taken over all that was put here.
    """

    root: str
    pending: Path

    def facts(self, site: str) -> CertificateFacts | None:
        """Return what the certificate of a site says, None if it has none."""
        path = f"{self.root}/{site}"
        try:
            with files.directory(path) as directory:
                content = files.read_regular(directory, FILE, shown=f"{path}/{FILE}", limit=_LIMIT)
        except FileNotFoundError:
            return None
        return None if content is None else facts_of(content)

    def put(self, site: str, content: bytes) -> bool:
        """Put a certificate in the place of the present one; tell whether that was done.

        The place is never made here: a site that was removed meanwhile leaves nothing behind.
        """
        self.pending.touch(mode=0o600)
        try:
            with files.directory(f"{self.root}/{site}") as directory:
                files.sweep_temporary(directory)
                files.write_beside(directory, FILE, content, OWN_FILE)
        except FileNotFoundError:
            return False
        return True
