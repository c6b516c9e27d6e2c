# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The indexes that Dovecot keeps of folders, held still while they are read, as Dovecot's own programs do it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .._core.errors import UnsafePath
from .._core.files import open_below
from .tree import Top

_LOG = "dovecot.index.log"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Dovecot holds one for moments, and gives up waiting for us after 30 seconds at the earliest.
_WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.01


class Indexes:
    """The indexes of a Maildir."""

    def __init__(self, top: Top) -> None:
        self._top = top
        # for all of them: who keeps them locked does not keep us
        self._seconds_left = _WAIT_SECONDS

    @contextmanager
    def held(self, folder: bytes) -> Iterator[None]:
        """Keep Dovecot from writing to the index of a folder: what is read amid that is damaged for another Dovecot.

        It is the lock of ``lock_method = fcntl``, Dovecot's default. Where there is no index, or it can't be held, all
        goes on without. ``folder`` begins with ``./``.
        """
        descriptor = self._opened(folder)
        try:
            if descriptor >= 0:
                self._hold(descriptor)
            yield
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def _opened(self, folder: bytes) -> int:
        top = self._top
        try:
            directory = open_below(top.directory, *map(os.fsdecode, folder.split(b"/")[1:]), shown=top.shown)
        except (OSError, UnsafePath):
            return -1
        try:
            return os.open(_LOG, _FLAGS, dir_fd=directory)
        except OSError:
            return -1
        finally:
            os.close(directory)

    def _hold(self, descriptor: int) -> None:
        while True:
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):
                if self._seconds_left <= 0:
                    return
                time.sleep(_POLL_SECONDS)
                self._seconds_left -= _POLL_SECONDS
            except OSError:
                return
            else:
                return
