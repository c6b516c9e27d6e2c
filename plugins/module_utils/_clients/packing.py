# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finished archive compressed (zstd), encrypted (age, OpenPGP) or unpacked: streams through Debian's programs."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .._core import process
from .._core.errors import ItemRefused, ServiceUnavailable

_AGE = re.compile(r"age1[02-9ac-hj-np-z]{58}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]{60,1000}(?: [\x21-\x7e]{1,200})?")
_OPENPGP = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


def require_recipient(recipient: str) -> str:
    """Return the suffix of files that are encrypted to ``recipient``. Raises ItemRefused where it is no public key."""
    if _AGE.fullmatch(recipient):
        return ".age"
    if recipient.strip().startswith(_OPENPGP):
        return ".gpg"
    # not quoted: by mistake it may be the private one
    raise ItemRefused(
        "what was given as the recipient is no public key",
        remedy="allowed: a recipient of age (age1...), a public SSH key, or an OpenPGP public key in ASCII armor",
        code="invalid-recipient",
    )


def require_programs(*, compress: bool, recipient: str | None) -> None:
    """Raise ServiceUnavailable where a program is missing that an archive will need."""
    wanted = ["zstd"] if compress else []
    if recipient is not None:
        wanted.append("age" if require_recipient(recipient) == ".age" else "gpg")
    missing = [name for name in wanted if not process.is_installed(name)]
    if missing:
        raise ServiceUnavailable(
            f"{' and '.join(missing)} can't be found", remedy=f"install on this host: {' '.join(missing)}"
        )


def pack(source: int, target: int, *, compress: bool, recipient: str | None) -> None:
    """Copy an open archive into another file, compressed, then encrypted. Raises ProgramFailed."""
    with ExitStack() as stack:
        stages = [process.Stage(["zstd", "--quiet", "--threads=0", "--stdout"])] if compress else []
        if recipient is not None:
            stages.append(process.Stage(stack.enter_context(_encryption(recipient))))
        os.lseek(source, 0, os.SEEK_SET)
        process.run_pipeline(stages, source, target)
    os.fsync(target)


def unpack(archive: int, directory: int) -> None:
    """Unpack an archive of ours into an open directory; what was written is on the disk then."""
    os.lseek(archive, 0, os.SEEK_SET)
    argv = ["tar", "--extract", "--no-same-owner", "--no-same-permissions", f"--directory=/proc/self/fd/{directory}"]
    process.run_pipeline([process.Stage(argv, keep=(directory,))], archive, subprocess.DEVNULL)
    os.sync()


@contextmanager
def _encryption(recipient: str) -> Iterator[list[str]]:
    if require_recipient(recipient) == ".age":
        yield ["age", "--encrypt", "--recipient", recipient]
        return
    with tempfile.TemporaryDirectory(prefix="hosting-gpg-") as home:
        key = Path(home, "recipient.asc")
        key.write_text(recipient, "ascii", "replace")
        options = ["--batch", "--quiet", "--no-options", f"--homedir={home}", "--trust-model=always"]
        yield ["gpg", *options, "--compress-algo=none", f"--recipient-file={key}", "--encrypt"]
