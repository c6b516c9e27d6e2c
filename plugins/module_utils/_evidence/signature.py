# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures by a key of the provider's, as ssh-keygen makes and checks them (ssh-keygen(1), -Y).

<key>            the private key, made where there is none; or a public one, whose other half an agent holds
<key>.pub        the public key
<key>.signers    the public keys that are believed, for `ssh-keygen -Y verify -f`
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .._core.errors import Incomplete
from .._core.files import Ownership, directory, write_beside
from .._core.process import ProgramFailed, run

# Whom the signers file names; what is signed says the namespace.
_IDENTITY = "evidence"
_BEGIN = "-----BEGIN SSH SIGNATURE-----"


class SigningKey:
    """The key at a path of the controller."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._base = Path(path.removesuffix(".pub"))
        self._signers = Path(f"{self._base}.signers")

    @property
    def is_there(self) -> bool:
        """Tell whether signatures can be checked."""
        return self._signers.is_file()

    def ensure(self) -> None:
        """Make the key, unless there is one."""
        self._base.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path.exists():
            self._make()
        if not self.is_there:
            public = " ".join(Path(f"{self._base}.pub").read_text("utf-8").split()[:2])
            _write(self._signers, f"{_IDENTITY} {public}\n".encode())

    def sign(self, text: str, namespace: str) -> bytes:
        """Return the signature of a text, in its armor. Raises ProgramFailed."""
        done = run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(self._path), "-n", namespace], stdin=text)
        if done.code != 0 or not done.output.startswith(_BEGIN):
            raise ProgramFailed("ssh-keygen", done.code, done.said)
        return done.output.encode()

    def has_signed(self, text: str, signature: bytes, namespace: str) -> bool:
        """Tell whether a signature is that of a text by a key that is believed. Raises Incomplete without any."""
        if not self.is_there:
            raise Incomplete(
                f"{self._signers}: there is no such file, and without it nobody can tell who has signed the evidence",
                remedy="bring the key of the evidence back, or set hosting_evidence_key",
                code="evidence-key-missing",
            )
        with tempfile.NamedTemporaryFile() as file:
            file.write(signature)
            file.flush()
            files = ["-f", str(self._signers), "-s", file.name]
            done = run(["ssh-keygen", "-Y", "verify", *files, "-I", _IDENTITY, "-n", namespace], stdin=text)
        return done.code == 0

    def _make(self) -> None:
        with tempfile.TemporaryDirectory(dir=self._base.parent) as place:
            new = Path(place, "key")
            done = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", _IDENTITY, "-f", str(new)])
            if done.code != 0:
                raise ProgramFailed("ssh-keygen", done.code, done.said)
            # the public one first: a key that is there has it
            _write(Path(f"{self._base}.pub"), Path(f"{new}.pub").read_bytes())
            _write(self._base, new.read_bytes())


def _write(path: Path, content: bytes) -> None:
    with directory(str(path.parent.resolve())) as parent:
        write_beside(parent, path.name, content, Ownership(os.geteuid(), os.getegid(), 0o600))
