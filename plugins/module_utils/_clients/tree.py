# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees of customers, which GNU find measures and GNU tar packs, with the rights of those whose trees they are.

Both programs start in a directory that is open already, go down by descriptors, follow no link and leave no file
system. Trees hold whatever their owners like, and change while they are read.
"""

from __future__ import annotations

import errno
import os
import posixpath
import re
from typing import NamedTuple

from .._core.process import Identity
from .._data_model.item_export import Reason

# What the system says of a single file that can't be read, whoever has closed it and whatever became of its disk.
_UNREADABLE = (errno.EACCES, errno.EPERM, errno.ENOKEY, errno.EIO, errno.EUCLEAN, errno.ESTALE, errno.ENOTCONN)
_REASONS = {
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.CHANGED,
    # of a link that is none any more
    errno.EINVAL: Reason.CHANGED,
    errno.ELOOP: Reason.ELSEWHERE,
    errno.ENXIO: Reason.SPECIAL,
    errno.ENODEV: Reason.SPECIAL,
    **dict.fromkeys(_UNREADABLE, Reason.UNREADABLE),
}
# The same in the words of programs in the locale C.
REASONS_IN_WORDS = {os.strerror(code).encode(): reason for code, reason in _REASONS.items()}
_SHOWN = 200
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class Top(NamedTuple):
    """A tree to read: its open directory, its path for messages, and as whom."""

    directory: int
    shown: str
    identity: Identity


def why_not(error: OSError) -> Reason:
    """Return why a single file can't be had. Raises what is no matter of the file, as too many that are open."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    raise error


def leads_out(top: Top, path: bytes, target: bytes) -> bool:
    """Tell whether a link leads out of a tree, as far as its text says. ``path`` begins with ``./``."""
    if target.startswith(b"/"):
        place = top.shown.encode("utf-8", "surrogateescape")
        return not (posixpath.normpath(target) + b"/").startswith(place.rstrip(b"/") + b"/")
    return posixpath.normpath(posixpath.dirname(path) + b"/" + target).startswith(b"..")


def unescaped(name: bytes) -> bytes:
    """Return a name as it is, from between the quotes in which the programs of GNU show it in the locale C."""
    return _ESCAPE.sub(_unescaped, name) if b"\\" in name else name


def shown_name(name: bytes) -> str:
    """Return a name as a text that can be shown: what is no printable character stands as an escape."""
    text = name.removeprefix(b"./").decode("utf-8", "backslashreplace")
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes([int(text, 8)]) if text.isdigit() else _ESCAPED.get(text, text)
