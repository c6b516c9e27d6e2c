# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One writer per service and host.

A killed controller leaves its module running on the host; the next run must neither interleave with it nor wait
for ever.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Busy, UnsafePath
from .files import open_directory, unsafe

# Not below /run/lock, where everybody on the host may make a directory before we do.
LOCK_DIRECTORY = "/run/hosting/lock"
WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.1


@contextmanager
def service_lock(service: str, *, directory: str = LOCK_DIRECTORY, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock of ``service`` on this host.

    Raises Busy with the holder's process number when the lock is not free within ``wait`` seconds. The kernel frees the
    lock when its holder dies, so nothing stale is ever left.
    """
    directory_fd = _open_private(directory)
    try:
        lock_fd = os.open(
            f"{service}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=directory_fd
        )
    finally:
        os.close(directory_fd)
    try:
        _acquire(lock_fd, service, wait)
        os.ftruncate(lock_fd, 0)
        os.pwrite(lock_fd, str(os.getpid()).encode(), 0)
        yield
        os.ftruncate(lock_fd, 0)
    finally:
        os.close(lock_fd)


def _open_private(directory: str) -> int:
    """Make and open a directory that nobody else can write to: who can, could block us or have us empty a file."""
    try:
        Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = open_directory(directory)
    except OSError as error:
        raise UnsafePath(f"{directory}: {error.strerror}", remedy="run as root (become: true)") from error
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        os.close(descriptor)
        raise unsafe(directory, "somebody else's, or writable by others")
    return descriptor


def _acquire(lock_fd: int, service: str, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy(lock_fd, service, wait) from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def _busy(lock_fd: int, service: str, wait: float) -> Busy:
    holder = os.pread(lock_fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
    return Busy(
        f"{service}: another run is writing (process {holder}), waited {wait:g} s",
        remedy="wait until it has ended, or end that process, then run again",
    )
