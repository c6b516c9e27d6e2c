# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate of a site: whether the one that is there will do, and a new one where not."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core import files
from .._core.files import Ownership
from .site_model import ACME, Settings, Site

if TYPE_CHECKING:
    from .._clients.certificates import Authority, Issued

# Certificate and key in one file, so that whoever reads it, at whatever moment, reads a pair.
FILE = "site.pem"
_LIMIT = 1 << 20

# What a generation notes of a certificate: source, names, digest of the authority, when to renew, how its file lay.
Notes = Mapping[str, Any]


class Certificates:
    """The certificates of all sites. Idle runs only look at file times, and leave the cryptography aside."""

    def __init__(
        self, settings: Settings, authority: Callable[[], Authority], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._authority = authority
        self._clock = clock
        self.digest = _digest(settings.ca_certificate) if settings.source != ACME else None

    def wanted(self, site: Site) -> str:
        """Return the certificate of a site as the field ``certificate`` has it."""
        return _text(self._settings.source, site.names)

    def told(self, site: Site, notes: Notes) -> str | None:
        """Return what is there, in the same words, or what is wrong with it."""
        source = notes.get("source", "")
        if source == ACME or source != self._settings.source:
            return _text(source, notes.get("names", ()))
        if notes.get("stamp") != self._stamp(site):
            return "missing, or not the one that was issued"
        if self.digest is not None and notes.get("authority") != self.digest:
            return "of another authority"
        if notes.get("renew") is not None and notes["renew"] <= self._clock():
            return "about to expire"
        return _text(source, notes.get("names", ()))

    def provide(self, site: Site, notes: Notes) -> Notes:
        """See to it that a site has a certificate; return what the generation notes of it."""
        if self._settings.source == ACME:
            return {"source": ACME, "names": list(site.names)}
        if self.told(site, notes) == self.wanted(site):
            return notes
        issued = self._usable(site) or self._issue(site)
        return {
            "source": self._settings.source,
            "names": list(site.names),
            "authority": self.digest,
            "renew": issued.renew,
            "stamp": self._stamp(site),
        }

    def paths(self, site: Site) -> dict[str, str]:
        """Return what the template of a virtual host needs to know."""
        file = f"{self._settings.certificates_root}/{site.name}/{FILE}"
        return {"source": self._settings.source, "file": file}

    def _usable(self, site: Site) -> Issued | None:
        """Return the certificate that a killed run has issued and not put into effect, if it will do."""
        try:
            with files.directory(f"{self._settings.certificates_root}/{site.name}") as directory:
                content = files.read_regular(directory, FILE, shown=f"{site.name}: {FILE}", limit=_LIMIT)
                found = files.lstat(directory, FILE)
        except FileNotFoundError:
            return None
        if content is None or found is None or found.st_mode & 0o077 or found.st_uid != 0:
            return None
        issued = self._authority().recognise(content, site.names)
        return issued if issued and (issued.renew is None or issued.renew > self._clock()) else None

    def _issue(self, site: Site) -> Issued:
        issued = self._authority().issue(site.names)
        root = self._settings.certificates_root
        Path(root).mkdir(mode=0o700, parents=True, exist_ok=True)
        with files.directory(root) as parent:
            files.ensure_directory(parent, site.name, Ownership(0, 0, 0o700), shown=f"{root}/{site.name}")
        with files.directory(f"{root}/{site.name}") as directory:
            files.sweep_temporary(directory)
            files.write_beside(directory, FILE, issued.content, Ownership(0, 0, 0o600), sync=False)
        return issued

    def _stamp(self, site: Site) -> list[int] | None:
        """Return how the file lies there; whoever replaces it, or opens it to others, changes that."""
        try:
            found = os.lstat(f"{self._settings.certificates_root}/{site.name}/{FILE}")
        except OSError:
            return None
        return [found.st_mode, found.st_uid, found.st_size, found.st_mtime_ns]


def _text(source: str, names: Any) -> str:
    return f"{source}: {', '.join(names)}"


def _digest(path: str) -> str | None:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return None
