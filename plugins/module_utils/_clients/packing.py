# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finished archive compressed (zstd), encrypted (age, OpenPGP) or unpacked: streams through Debian's programs."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from .._core.errors import Incomplete, ItemRefused, ServiceUnavailable

_AGE = re.compile(r"age1[02-9ac-hj-np-z]{58}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]{60,1000}(?: [\x21-\x7e]{1,200})?")
_OPENPGP = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
_SHOWN = 500
_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


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
    missing = [name for name in wanted if shutil.which(name, path=_ENVIRONMENT["PATH"]) is None]
    if missing:
        raise ServiceUnavailable(
            f"{' and '.join(missing)} can't be found", remedy=f"install on this host: {' '.join(missing)}"
        )


def pack(source: int, target: int, *, compress: bool, recipient: str | None) -> None:
    """Copy an open archive into another file, compressed, then encrypted. Raises Incomplete if a program fails."""
    with ExitStack() as stack:
        stages = [["zstd", "--quiet", "--threads=0", "--stdout"]] if compress else []
        if recipient is not None:
            stages.append(stack.enter_context(_encryption(recipient)))
        os.lseek(source, 0, os.SEEK_SET)
        _pipe(stages, source, target)
    os.fsync(target)


def unpack(archive: int, directory: int) -> None:
    """Unpack an archive of ours into an open directory; what was written is on the disk then."""
    os.lseek(archive, 0, os.SEEK_SET)
    argv = ["tar", "--extract", "--no-same-owner", "--no-same-permissions", f"--directory=/proc/self/fd/{directory}"]
    with _started(argv, archive, subprocess.DEVNULL, keep=(directory,)) as process:
        _require_success(argv, process)
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


def _pipe(stages: Sequence[Sequence[str]], source: int, target: int) -> None:
    with ExitStack() as stack:
        running = []
        feed: int | IO[bytes] = source
        for argv in stages:
            process = stack.enter_context(_started(argv, feed, target if argv is stages[-1] else subprocess.PIPE))
            running.append((argv, process))
            if isinstance(feed, io.IOBase):
                # the next program has it now; kept open here, nobody would notice that it died
                feed.close()
            feed = process.stdout if process.stdout is not None else feed
        # the last first: when one dies, those before it can't write any more, and are not to blame
        for argv, process in reversed(running):
            _require_success(argv, process)


@contextmanager
def _started(
    argv: Sequence[str], source: int | IO[bytes], target: int, keep: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(
            argv, stdin=source, stdout=target, stderr=subprocess.PIPE, env=_ENVIRONMENT, pass_fds=keep
        )
    except OSError as error:
        raise ServiceUnavailable(
            f"{argv[0]} can't be started: {error.strerror}", remedy=f"install the package {argv[0]} on this host"
        ) from error
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _require_success(argv: Sequence[str], process: subprocess.Popen[bytes]) -> None:
    said = process.stderr.read().decode("utf-8", "replace") if process.stderr is not None else ""
    if process.wait() != 0:
        raise Incomplete(
            f"{argv[0]} ended with {process.returncode}: {' '.join(said.split())[-_SHOWN:]}",
            remedy="see to the cause, then run again",
        )
