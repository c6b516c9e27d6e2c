# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates that belong to items: whether the one that is there will do, and a new one where not.

A certificate is called by its names, the first of which is also the name of its directory.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .._core import files
from .._core.files import Ownership

LOCAL, ACME = "local", "acme"
_LIMIT = 1 << 20

# What a generation notes of a certificate: source, names, digest of the authority, when to renew, how its file lay.
Notes = Mapping[str, Any]


class IssuedCertificate(Protocol):
    """Certificate and key, and the second from which on they have to be renewed, None where that is of no use."""

    @property
    def content(self) -> bytes:
        """Return both as PEM."""

    @property
    def renew(self) -> int | None:
        """Return when to renew."""


class CertificateAuthority(Protocol):
    """Who signs."""

    def issue(self, names: Sequence[str]) -> IssuedCertificate:
        """Sign a new certificate."""

    def recognise(self, content: bytes, names: Sequence[str]) -> IssuedCertificate | None:
        """Return a certificate that was issued before, None unless it is ours, for these names, and the key fits."""


@dataclass(frozen=True, slots=True)
class CertificateDirectory:
    """Where certificates are kept. With a group that is not root's, it may read them.

    Certificate and key are in one file, so that whoever reads it, at whatever moment, reads a pair.
    """

    root: str
    file: str
    gid: int = 0

    @property
    def directory_mode(self) -> int:
        """Return the mode of each certificate's directory."""
        return 0o750 if self.gid else 0o700

    @property
    def file_mode(self) -> int:
        """Return the mode of each certificate."""
        return 0o640 if self.gid else 0o600


class Certificates:
    """The certificates of all items. Idle runs only look at file times, and leave the cryptography aside.

    With the source ``acme`` the program ``_acme`` replaces the stand-ins that are made here. With any other than these
    two somebody else sees to them, and only their names are noted.
    """

    def __init__(
        self,
        source: str,
        ca_certificate: str,
        place: CertificateDirectory,
        authority: Callable[[], CertificateAuthority],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._place = place
        self._authority = authority
        self._clock = clock
        self.digest = _digest(ca_certificate) if source == LOCAL else None

    def wanted(self, names: Sequence[str]) -> str:
        """Return a certificate as the field ``certificate`` has it."""
        return _text(self._source, names)

    def told(self, names: Sequence[str], notes: Notes) -> str | None:
        """Return what is there, in the same words, or what is wrong with it."""
        source = notes.get("source", "")
        if source == self._source == ACME and not self._is_there(names):
            return "missing, or open to others"
        if source != LOCAL or source != self._source:
            return _text(source, notes.get("names", ()))
        if notes.get("stamp") != self._stamp(names):
            return "missing, or not the one that was issued"
        if self.digest is not None and notes.get("authority") != self.digest:
            return "of another authority"
        if notes.get("renew") is not None and notes["renew"] <= self._clock():
            return "about to expire"
        return _text(source, notes.get("names", ()))

    def provide(self, names: Sequence[str], notes: Notes) -> Notes:
        """See to it that there is a certificate; return what the generation notes of it."""
        if self._source == ACME and (notes.get("source") != ACME or not self._is_there(names)):
            self._issue(names)
        if self._source != LOCAL:
            return {"source": self._source, "names": list(names)}
        if self.told(names, notes) == self.wanted(names):
            return notes
        issued = self._usable(names) or self._issue(names)
        return {
            "source": self._source,
            "names": list(names),
            "authority": self.digest,
            "renew": issued.renew,
            "stamp": self._stamp(names),
        }

    def paths(self, names: Sequence[str]) -> dict[str, str]:
        """Return what the configuration of a daemon needs to know."""
        return {"source": self._source, "file": f"{self._directory(names)}/{self._place.file}"}

    def remove(self, names: Sequence[str]) -> None:
        """Remove a certificate that we have made, if there is one."""
        if self._source != LOCAL:
            return
        with files.directory(self._place.root) as parent:
            files.remove_tree(parent, names[0], shown=self._directory(names))

    def _usable(self, names: Sequence[str]) -> IssuedCertificate | None:
        """Return the certificate that a killed run has issued and not put into effect, if it will do."""
        place = self._place
        try:
            with files.directory(self._directory(names)) as directory:
                content = files.read_regular(directory, place.file, shown=f"{names[0]}: {place.file}", limit=_LIMIT)
                found = files.lstat(directory, place.file)
        except FileNotFoundError:
            return None
        if content is None or found is None or not self._is_ours(found):
            return None
        issued = self._authority().recognise(content, names)
        return issued if issued and (issued.renew is None or issued.renew > self._clock()) else None

    def _issue(self, names: Sequence[str]) -> IssuedCertificate:
        issued = self._authority().issue(names)
        place = self._place
        Path(place.root).mkdir(mode=0o700, parents=True, exist_ok=True)
        with files.directory(place.root) as parent:
            wanted = Ownership(0, place.gid, place.directory_mode)
            files.ensure_directory(parent, names[0], wanted, shown=self._directory(names))
        with files.directory(self._directory(names)) as directory:
            files.sweep_temporary(directory)
            ownership = Ownership(0, place.gid, place.file_mode)
            files.write_beside(directory, place.file, issued.content, ownership, sync=False)
        return issued

    def _is_there(self, names: Sequence[str]) -> bool:
        """Tell whether there is a file that nobody else can read."""
        try:
            return self._is_ours(os.lstat(f"{self._directory(names)}/{self._place.file}"))
        except OSError:
            return False

    def _is_ours(self, found: os.stat_result) -> bool:
        wanted = (stat.S_IFREG | self._place.file_mode, 0, self._place.gid)
        return (found.st_mode, found.st_uid, found.st_gid) == wanted

    def _stamp(self, names: Sequence[str]) -> list[int] | None:
        """Return how the file lies there; whoever replaces it, or opens it to others, changes that."""
        try:
            found = os.lstat(f"{self._directory(names)}/{self._place.file}")
        except OSError:
            return None
        return [found.st_mode, found.st_uid, found.st_size, found.st_mtime_ns]

    def _directory(self, names: Sequence[str]) -> str:
        return f"{self._place.root}/{names[0]}"


def _text(source: str, names: Any) -> str:
    return f"{source}: {', '.join(names)}"


def _digest(path: str) -> str | None:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return None
