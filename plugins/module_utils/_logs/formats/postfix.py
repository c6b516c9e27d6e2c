# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Postfix, 3.5 and later, which quotes addresses in its log (info_log_addr_form in postconf(5)).

``TIME host postfix/(service/)program[pid]: QUEUE-ID: text``. What a stranger can choose (addresses, HELO, subjects,
what remote servers say) is only ever read from its place between what Postfix itself writes, and where it could be read
in two ways it is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from ..addresses import login, normal
from ..entry import LogEntry, Name, Role
from .syslog import HEAD, STAMP, unrepeated

COLUMNS: Final = ("program", "queue_id", "event", "sender", "recipient", "status", "message")
# What stands before the queue ID that a message had before the operator put it into the queue again.
REQUEUED: Final = b" orig_id="
# What stands in lines that tell of another queue ID.
LINKS: Final = (b"queued as ", b" notification: ", REQUEUED)
# hexadecimal digits, or the long ones: digits and letters without vowels
_ID = rb"(?:[0-9A-F]{5,16}|[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10,24})"
# quoted, an address may hold anything: it ends with its quote
_ADDRESS = rb'(?:"(?:[^"\\]|\\.)*"(?=@))?[^<>"\s]*'
_TO = re.compile(
    rb"to=<(" + _ADDRESS + rb")>, (?:orig_to=<(" + _ADDRESS + rb")>, )?relay=([^\s,]+), (?:conn_use=[0-9]+, )?"
    # with TLS since Postfix 3.11 (smtp_log_tls_feature_status)
    rb"delay=[0-9.]+, delays=[0-9./]+, (?:tls=[^\s,]+, )?dsn=[0-9.]+, status=([A-Za-z-]+)(?: \((.*)\))?",
    re.DOTALL,
)
_FROM = re.compile(
    rb"from=<(.*)>, (?:size=[0-9]+, nrcpt=[0-9]+ \(queue active\)|status=((?:force-)?expired), returned to sender)",
    re.DOTALL,
)
_CLIENT = re.compile(
    rb"client=[^\s\[\]]+\[([^\]\s]+)\](?::[0-9]+)?(, sasl_method=[^\s,]+)?(?:, sasl_username=([^\s,]+))?"
    rb"(?:, sasl_sender=\S+)?(?:, orig_queue_id=(" + _ID + rb"))?(, orig_client=.*)?",
    re.DOTALL,
)
_PICKUP = re.compile(rb"uid=([0-9]+) from=<(.*)>(?: orig_id=(" + _ID + rb"))?", re.DOTALL)
_NOTIFICATION = re.compile(rb"(sender|postmaster) (?:non-delivery|delivery status|delay) notification: (" + _ID + rb")")
_REJECT = re.compile(
    rb"(?:[a-z_-]+: [A-Z-]+ from [^\s\[\]]*\[[^\]\s]*\](?::[0-9]+)?|proxy-(?:reject|accept): [A-Z-]+): .*"
    # whoever only asks for an address (VRFY) names no sender
    rb"; (?:from=<("
    + _ADDRESS
    + rb")>(?:,? to=<("
    + _ADDRESS
    + rb")>)?|to=<("
    + _ADDRESS
    + rb")>),? proto=[A-Z]+,?(?: helo=<[^<>]*>)?"
    rb"(?: sasl_method=[^\s]+)?(?: sasl_username=(?:<([^\s<>]+)>|([^\s<>]+)))?(?:: .*)?",
    re.DOTALL,
)
# each once, else somebody has written one of them
_MARKS = (b" from=<", b" to=<", b" proto=", b" helo=<", b" sasl_username=")
_GUESS = re.compile(rb"warning: [^\s\[\]]*\[[^\]\s]*\]: SASL [A-Z0-9-]+ authentication failed: ", re.DOTALL)
_USERNAME = b", sasl_username="
_REMOVED = re.compile(rb"removed(?: \(canceled\))?")
_LOCAL = re.compile(rb"[^\s\[\]]+\[(?:127\.[0-9.]+|::1)\]:[0-9]+")
_QUEUED = re.compile(rb"queued as (" + _ID + rb")\Z")
# time, program, its instance, queue ID, and the word that tells the kind of line
_HEAD = re.compile(
    STAMP + rb" [^\s]+ ((postfix[A-Za-z0-9_-]*)(?:/[A-Za-z0-9_.-]+)+)(?:\[[0-9]+\])?: "
    rb"(?:(" + _ID + rb"|NOQUEUE): )?((?:to|from|client|message-id|uid)=|removed|requeued|sender |postmaster |)"
)

_EMPTY: Final = (b"", b"", b"")
# Event, names, detail; sender, recipient and status for the table.
_Found: TypeAlias = tuple[str, tuple[Name, ...], bytes, tuple[bytes, bytes, bytes]]


def parse(line: bytes) -> LogEntry | None:
    """Return what a line says, None where it is not one of Postfix'.

    Events: ``client`` and ``pickup`` begin a message, ``login`` is a client that has logged in; ``id``, ``from``,
    ``to``, ``expired``, ``removed``, ``requeued``, ``notice`` (of a bounce), ``reject``, ``guess`` (a wrong password),
    ``other``. The ``detail`` of the first three is the client's address or ``uid=N``; a blank behind it says that the
    message was here before, or has come to the client from another one: its queue ID of then may follow. Of ``notice``
    it is the queue ID of the bounce, and of ``to`` where the message went on under another queue ID of this server.
    """
    return unrepeated(_parse, line)


def _parse(line: bytes) -> LogEntry | None:
    head = _HEAD.match(line)
    if head is None:
        return None
    read = _READERS.get(head[5], _reject) if head[4] else _without_id
    start = head.end() - len(head[5])
    found = read(line, start)
    event, names, detail, shown = found if found is not None else _OTHER
    key = b"" if head[4] is None or head[4] == b"NOQUEUE" else _key(head[3], head[4])
    return LogEntry(head[1], event, names, key, detail, (head[2], head[4] or b"", event.encode(), *shown, line[start:]))


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of Postfix'."""
    head = HEAD.match(line)
    return head is not None and head[2].startswith(b"postfix")


def _key(instance: bytes, identifier: bytes) -> bytes:
    """Return the key of a message: several instances may use the same short queue ID, but a long one stands alone,
    whatever its programs call themselves (syslog_name).
    """
    return identifier if is_long(identifier) else instance + b"/" + identifier


def queue_id(key: bytes) -> bytes:
    """Return the queue ID in a key."""
    return key.rpartition(b"/")[2]


def is_long(identifier: bytes) -> bool:
    """Tell whether a queue ID is a long one, which never comes again: only these have the separator."""
    return b"z" in identifier


def is_loopback(address: bytes) -> bool:
    """Tell whether a client is a program on this server."""
    return address.startswith(b"127.") or address == b"::1"


def _names(found: re.Match[bytes], *roles: tuple[int, Role]) -> tuple[Name, ...]:
    """Return the addresses in groups of a match that could be somebody's here, and the names of those who log in."""
    names: tuple[Name, ...] = ()
    for group, role in roles:
        field = found[group]
        value = (login(field) if role is Role.SENDER else normal(field)) if field else None
        if value:
            names += (Name(role, value, *found.span(group)),)
    return names


def _to(line: bytes, start: int) -> _Found | None:
    found = _TO.fullmatch(line, start)
    if found is None:
        return None
    names = _names(found, (1, Role.RECIPIENT), (2, Role.RECIPIENT))
    return "to", names, _continuation(found), (b"", found[1], found[4])


def _continuation(found: re.Match[bytes]) -> bytes:
    """Return the queue ID under which a message came back from a program on this server, as that has told."""
    onward = _QUEUED.search(found[5] or b"") if _LOCAL.fullmatch(found[3]) else None
    return onward[1] if onward else b""


def _from(line: bytes, start: int) -> _Found | None:
    found = _FROM.fullmatch(line, start)
    if found is None:
        return None
    names = _names(found, (1, Role.NAMED_SENDER))
    return "expired" if found[2] else "from", names, b"", (found[1], b"", found[2] or b"")


def _client(line: bytes, start: int) -> _Found | None:
    found = _CLIENT.fullmatch(line, start)
    if found is None:
        return None
    client = found[1]
    if found[4] or found[5]:
        client += b" " + (found[4] if found[4] and is_loopback(client) else b"")
    return "login" if found[2] or found[3] else "client", _names(found, (3, Role.SENDER)), client, _EMPTY


def _pickup(line: bytes, start: int) -> _Found | None:
    found = _PICKUP.fullmatch(line, start)
    if found is None:
        return None
    user = b"uid=" + found[1]
    names = (Name(Role.SENDER, user.decode(), start, found.end(1)), *_names(found, (2, Role.NAMED_SENDER)))
    detail = user + b" " + found[3] if found[3] else user
    return "pickup", names, detail, (found[2], b"", b"")


def _id(_line: bytes, _start: int) -> _Found:
    return "id", (), b"", _EMPTY


def _removed(line: bytes, start: int) -> _Found | None:
    return ("removed", (), b"", _EMPTY) if _REMOVED.fullmatch(line, start) else None


def _requeued(line: bytes, start: int) -> _Found | None:
    return ("requeued", (), b"", _EMPTY) if line[start:] == b"requeued" else None


def _notice(line: bytes, start: int) -> _Found | None:
    found = _NOTIFICATION.fullmatch(line, start)
    if found is None:
        return None
    return "notice", (), found[2] if found[1] == b"sender" else b"", _EMPTY


def _reject(line: bytes, start: int) -> _Found | None:
    found = _REJECT.fullmatch(line, start)
    if found is None or any(line.count(mark, start) > 1 for mark in _MARKS):
        return None
    names = _names(
        found, (1, Role.NAMED_SENDER), (2, Role.RECIPIENT), (3, Role.RECIPIENT), (4, Role.SENDER), (5, Role.SENDER)
    )
    # what a filter before the queue says of a message
    status = b"accepted" if line.startswith(b"proxy-accept", start) else b"rejected"
    return "reject", names, found[4] or found[5] or b"", (found[1] or b"", found[2] or found[3] or b"", status)


def _without_id(line: bytes, start: int) -> _Found | None:
    """Return what is told of no message: a wrong password, or what a filter before the queue says."""
    return _reject(line, start) if line.startswith(b"proxy-", start) else _guess(line, start)


def _guess(line: bytes, start: int) -> _Found | None:
    found = _GUESS.match(line, start)
    if found is None or line.count(_USERNAME, found.end()) != 1:
        return None
    position = line.index(_USERNAME, found.end()) + len(_USERNAME)
    value = login(line[position:])
    return "guess", (Name(Role.LOGIN, value, position, len(line)),) if value else (), b"", _EMPTY


_OTHER: Final[_Found] = ("other", (), b"", _EMPTY)
_READERS: Final[Mapping[bytes, Callable[[bytes, int], _Found | None]]] = {
    b"to=": _to,
    b"from=": _from,
    b"client=": _client,
    b"message-id=": _id,
    b"removed": _removed,
    b"requeued": _requeued,
    b"uid=": _pickup,
    b"sender ": _notice,
    b"postmaster ": _notice,
}
