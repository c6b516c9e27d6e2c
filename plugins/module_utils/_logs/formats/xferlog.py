# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the transfer log, for FTP and SFTP alike: xferlog(5).

Eight fields before the name of the file and nine after it have no blanks; most servers write ``_`` for those in the
name, others leave them. So the user is counted from the end. What strangers write stands after the user as well: the
password of an anonymous session, what their own host says of them. A line that can be read in two ways names nobody.
"""

from __future__ import annotations

import re
from typing import Final

from ..entry import LogEntry, Name, Role

COLUMNS: Final = ("client", "user", "direction", "file", "bytes", "seconds", "service", "status")
_HEAD, _TAIL = 8, 9
_DIRECTIONS: Final = {b"i": b"upload", b"o": b"download", b"d": b"deletion"}
_STATUS: Final = {b"c": b"complete", b"i": b"incomplete"}
_TIME = re.compile(rb"[A-Za-z]{3} [A-Za-z]{3} [ 0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9] [0-9]{4}")
# What stands between the name of the file and the user.
_MIDDLE = re.compile(rb"(?= [A-Za-z] \S+ [iod] [agr] )")
# anybody may write anything for a password, which stands there as the user of anonymous sessions
_WITH_PASSWORD = frozenset({b"r", b"g"})


def parse(line: bytes) -> LogEntry | None:
    """Return what a line says, None for one of another format."""
    head, tail = line.split(b" ", _HEAD), line.rsplit(b" ", _TAIL)
    # a day of one digit has a blank before it
    if len(head) > _HEAD and not head[2]:
        head = line.split(b" ", _HEAD + 1)
        head[1:3] = [head[1]]
        head[1] += b" "
    if len(head) <= _HEAD or len(tail) <= _TAIL or len(tail[0]) <= len(line) - len(head[-1]):
        return None
    seconds, client, size = head[5:8]
    _type, _flag, direction, mode, user, service, _method, _identity, status = tail[1:]
    time = b" ".join(head[:5])
    if direction not in _DIRECTIONS or status not in _STATUS or not size.isdigit() or _TIME.fullmatch(time) is None:
        return None
    file = tail[0][len(line) - len(head[-1]) :]
    end = len(line) - sum(len(part) + 1 for part in tail[6:])
    name = Name(Role.LOGIN, user.decode("utf-8", "replace"), end - len(user), end)
    columns = (client, user, _DIRECTIONS[direction], file, size, seconds, service, _STATUS[status])
    known = mode in _WITH_PASSWORD and user and len(_MIDDLE.findall(head[-1])) == 1
    return LogEntry(time, "transfer", (name,) if known else (), b"", b"", columns)


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of a transfer log."""
    return parse(line) is not None
