# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Postfix, 3.5 and later, which quotes addresses in its log (info_log_addr_form in postconf(5)).

``TIME host postfix/(service/)program[pid]: QUEUE-ID: text``. What a stranger can choose (addresses, HELO, subjects, what
remote servers say) is only ever read from its place between what Postfix itself writes, and where it could be read in
two ways it is nobody's.
"""

from __future__ import annotations

import re
from typing import Final

from .addresses import normal
from .entry import Entry, Name, Role
from .syslog import HEAD

COLUMNS: Final = ("program", "queue_id", "event", "sender", "recipient", "status", "message")
# hexadecimal digits, or the long ones: digits and letters without vowels
_ID = rb"(?:[0-9A-F]{5,16}|[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10,24})"
_KEYED = re.compile(rb"(" + _ID + rb"|NOQUEUE): ")
_ADDRESS = rb'[^<>"\s]*'
_TO = re.compile(
    rb"to=<(" + _ADDRESS + rb")>, (?:orig_to=<(" + _ADDRESS + rb")>, )?relay=([^\s,]+), (?:conn_use=[0-9]+, )?"
    rb"delay=[0-9.]+, delays=[0-9./]+, dsn=[0-9.]+, status=([a-z-]+)(?: \((.*)\))?",
    re.DOTALL,
)
_FROM = re.compile(
    rb"from=<(.*)>, (?:size=[0-9]+, nrcpt=[0-9]+ \(queue active\)|status=((?:force-)?expired), returned to sender)",
    re.DOTALL,
)
_CLIENT = re.compile(
    rb"client=[^\s\[\]]+\[([^\]\s]+)\](?::[0-9]+)?(, sasl_method=[^\s,]+)?(?:, sasl_username=([^\s,]+))?"
    rb"(?:, sasl_sender=\S+)?(?:, orig_queue_id=(" + _ID + rb"), orig_client=.*)?",
    re.DOTALL,
)
_PICKUP = re.compile(rb"uid=([0-9]+) from=<(.*)>", re.DOTALL)
_NOTIFICATION = re.compile(rb"(sender|postmaster) (?:non-delivery|delivery status|delay) notification: (" + _ID + rb")")
_REJECT = re.compile(
    rb"[a-z-]+: [A-Z-]+ from [^\s\[\]]*\[[^\]\s]*\](?::[0-9]+)?: .*; from=<(" + _ADDRESS + rb")>"
    rb"(?:,? to=<(" + _ADDRESS + rb")>)?,? proto=[A-Z]+,?(?: helo=<[^<>]*>)?"
    rb"(?: sasl_method=[^\s]+)?(?: sasl_username=([^\s]+))?(?:: .*)?",
    re.DOTALL,
)
# each once, else somebody has written one of them
_MARKS = (b" from=<", b" to=<", b" proto=", b" helo=<", b" sasl_username=")
_GUESS = re.compile(rb"warning: [^\s\[\]]*\[[^\]\s]*\]: SASL [A-Z0-9-]+ authentication failed: ", re.DOTALL)
_USERNAME = b", sasl_username="
_REMOVED = re.compile(rb"removed(?: \(canceled\))?")
_LOCAL = re.compile(rb"[^\s\[\]]+\[(?:127\.[0-9.]+|::1)\]:[0-9]+")
_QUEUED = re.compile(rb"queued as (" + _ID + rb")\Z")
_PROGRAM = re.compile(rb"postfix[A-Za-z0-9_-]*(?:/[A-Za-z0-9_.-]+)+")

_EMPTY: Final = (b"", b"", b"")


def parse(line: bytes) -> Entry | None:
    """Return what a line says, None where it is not one of Postfix'.

    Events: ``client`` and ``pickup`` begin a message, ``login`` is a client that has logged in; ``id``, ``from``, ``to``,
    ``expired``, ``removed``, ``notice`` (of a bounce), ``reject``, ``guess`` (a wrong password) and ``other``. The
    ``detail`` of the first three is the client's address or ``uid=N``, of ``notice`` the queue ID of the bounce, and of
    ``to`` where the message went on under another queue ID of this server.
    """
    head = HEAD.match(line)
    if head is None or _PROGRAM.fullmatch(head[2]) is None:
        return None
    keyed = _KEYED.match(line, head.end())
    if keyed is None:
        return _guess(line, head) or _entry(line, head, head.end(), b"", "other")
    key = b"" if keyed[1] == b"NOQUEUE" else head[2].partition(b"/")[0] + b"/" + keyed[1]
    for prefix, read in _READERS:
        if line.startswith(prefix, keyed.end()):
            return read(line, head, keyed.end(), key) or _entry(line, head, keyed.end(), key, "other")
    return _reject(line, head, keyed.end(), key) or _entry(line, head, keyed.end(), key, "other")


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of Postfix'."""
    head = HEAD.match(line)
    return head is not None and head[2].startswith(b"postfix")


def queue_id(key: bytes) -> bytes:
    """Return the queue ID in a key."""
    return key.rpartition(b"/")[2]


def is_loopback(address: bytes) -> bool:
    """Tell whether a client is a program on this server."""
    return address.startswith(b"127.") or address == b"::1"


def _entry(  # noqa: PLR0913 - a line has as many parts
    line: bytes,
    head: re.Match[bytes],
    start: int,
    key: bytes,
    event: str,
    names: tuple[Name | None, ...] = (),
    detail: bytes = b"",
    shown: tuple[bytes, bytes, bytes] = _EMPTY,
) -> Entry:
    return Entry(
        head[1],
        event,
        tuple(name for name in names if name is not None),
        key,
        detail,
        (head[2], queue_id(key), event.encode(), *shown, line[start:]),
    )


def _name(found: re.Match[bytes], group: int, role: Role) -> Name | None:
    value = normal(found[group]) if found[group] else None
    return Name(role, value, *found.span(group)) if value else None


def _to(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    found = _TO.fullmatch(line, start)
    if found is None:
        return None
    names = (_name(found, 1, Role.RECIPIENT), _name(found, 2, Role.RECIPIENT))
    return _entry(line, head, start, key, "to", names, _continuation(found), (b"", found[1], found[4]))


def _continuation(found: re.Match[bytes]) -> bytes:
    """Return the queue ID under which a message came back from a program on this server, as that has told."""
    onward = _QUEUED.search(found[5] or b"") if _LOCAL.fullmatch(found[3]) else None
    return onward[1] if onward else b""


def _from(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    found = _FROM.fullmatch(line, start)
    if found is None:
        return None
    event = "expired" if found[2] else "from"
    names = (_name(found, 1, Role.NAMED_SENDER),)
    return _entry(line, head, start, key, event, names, shown=(found[1], b"", found[2] or b""))


def _client(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    found = _CLIENT.fullmatch(line, start)
    if found is None:
        return None
    event = "login" if found[2] or found[3] else "client"
    entry = _entry(line, head, start, key, event, (_name(found, 3, Role.SENDER),), found[1])
    if found[4] and is_loopback(found[1]):
        entry.detail = found[1] + b" " + found[4]
    return entry


def _pickup(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    found = _PICKUP.fullmatch(line, start)
    if found is None:
        return None
    user = Name(Role.SENDER, f"uid={found[1].decode()}", found.start(1) - len(b"uid="), found.end(1))
    names = (user, _name(found, 2, Role.NAMED_SENDER))
    return _entry(line, head, start, key, "pickup", names, b"uid=" + found[1], (found[2], b"", b""))


def _id(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry:
    return _entry(line, head, start, key, "id")


def _removed(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    return _entry(line, head, start, key, "removed") if _REMOVED.fullmatch(line, start) else None


def _notice(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    found = _NOTIFICATION.fullmatch(line, start)
    if found is None:
        return None
    return _entry(line, head, start, key, "notice", detail=found[2] if found[1] == b"sender" else b"")


def _reject(line: bytes, head: re.Match[bytes], start: int, key: bytes) -> Entry | None:
    found = _REJECT.fullmatch(line, start)
    if found is None or any(line.count(mark, start) > 1 for mark in _MARKS):
        return None
    names = (
        _name(found, 1, Role.NAMED_SENDER),
        _name(found, 2, Role.RECIPIENT),
        _name(found, 3, Role.SENDER),
    )
    return _entry(line, head, start, key, "reject", names, found[3] or b"", (found[1], found[2] or b"", b"rejected"))


def _guess(line: bytes, head: re.Match[bytes]) -> Entry | None:
    found = _GUESS.match(line, head.end())
    if found is None or line.count(_USERNAME, found.end()) != 1:
        return None
    start = line.index(_USERNAME, found.end()) + len(_USERNAME)
    value = normal(line[start:])
    names = (Name(Role.LOGIN, value, start, len(line)),) if value else ()
    return _entry(line, head, head.end(), b"", "guess", names)


_READERS: Final = (
    (b"to=<", _to),
    (b"from=<", _from),
    (b"client=", _client),
    (b"message-id=", _id),
    (b"removed", _removed),
    (b"uid=", _pickup),
    (b"sender ", _notice),
    (b"postmaster ", _notice),
)
