# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Dovecot 2.3 and 2.4: logins, sessions and deliveries. Each names its user by itself.

``TIME host dovecot: service(user)<pid><session>: text``, or ``... dovecot: service-login: text: user=<user>, ...``, in
syslog; without a host, and with ``Info:`` before the text, in a log of its own (``log_path``).
"""

from __future__ import annotations

import re
from typing import Final

from ..addresses import login
from ..entry import LogEntry, Name, Role
from .syslog import HEAD, STAMP, unrepeated

# The event of somebody who is let in.
LOGIN: Final = "login"
COLUMNS: Final = ("service", "event", "user", "client", "message")
_LEVEL = rb"(?:(?:Info|Error|Warning|Debug): )?"
_OF_ITS_OWN = re.compile(
    rb"(?:" + STAMP + rb"|([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]{8,15})) "
    rb"(?=[a-z0-9-]+(?:\([^()]*\))?(?:<[^<>]*>){0,2}: (?:Info|Error|Warning|Debug|Fatal|Panic): )"
)
_LOGIN_SERVICE = re.compile(rb"([a-z0-9]+-login): " + _LEVEL)
_USER = b": user=<"
_LOGIN_TAIL = re.compile(rb"([^<>\"\s,]*)>(?:, |\Z)")
_CLIENT = re.compile(rb", rip=([0-9A-Fa-f.:]+)(?:, |\Z)")
# Dovecot 2.2 has the number of the process before the user
_SESSION = re.compile(rb"([a-z0-9-]+)\((?:[0-9]+, )?([^(),<>\s]+)\)(?:<[0-9]+>)?(?:<[^<>\s]*>)?: ")
_AUTH = re.compile(
    rb"auth(?:-worker)?(?:\([0-9]+\))?: "
    + _LEVEL
    + rb"(?:conn unix:[^\s]+ \([^()]*\): )?(?:auth-worker<[0-9]+>: )?"
    + rb"[a-z-]+\(([^(),<>\s]+),([0-9A-Fa-f.:]*)(?:,[^()]*)?\): "
)
_AUTH_OF_USER = re.compile(rb"auth(?:-worker)?\(([^(),<>\s]+)(?:,([0-9A-Fa-f.:]*))?(?:,[^()]*)?\)(?:<[^<>\s]*>)?: ")
# of a delivery that did not come about
_RECIPIENT = re.compile(
    rb"(lmtp)\([0-9]+\): " + _LEVEL + rb"lmtp-server: conn \S+ \[[0-9]+\]: rcpt ([^\s:<>(),]+): ",
)
_DELIVERIES = frozenset({b"lmtp", b"lda"})
_LET_IN = (b"Login: ", b"Logged in")
# Dovecot may fail to go on with whoever had the right password
_KNOWN = b" successful auth"


def parse(line: bytes) -> LogEntry | None:
    """Return what a line says, None where it is not one of Dovecot's or names nobody."""
    return unrepeated(_parse, line)


def _parse(line: bytes) -> LogEntry | None:
    head = _head(line)
    if head is None:
        return None
    stamp, start = head
    if found := _LOGIN_SERVICE.match(line, start):
        return _login(line, stamp, found)
    # its first argument is who logs in, so that it comes before sessions, which it looks like
    for pattern in (_AUTH, _AUTH_OF_USER):
        if found := pattern.match(line, start):
            return _made(line, stamp, b"auth", found.span(1), (b"", found[2] or b"", line[found.end() :]))
    if found := _RECIPIENT.match(line, start) or _SESSION.match(line, start):
        return _made(line, stamp, found[1], found.span(2), (b"", b"", line[found.end() :]))
    return None


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of Dovecot's."""
    return _head(line) is not None


def _head(line: bytes) -> tuple[bytes, int] | None:
    """Return the time of a line, and where the name of the service begins."""
    head = HEAD.match(line)
    if head is not None and head[2] == b"dovecot":
        return head[1], head.end()
    own = _OF_ITS_OWN.match(line)
    return (own[1] or own[2], own.end()) if own is not None else None


def _login(line: bytes, stamp: bytes, service: re.Match[bytes]) -> LogEntry | None:
    # a client may tell whatever it likes about itself, and Dovecot log it (imap_id_log)
    if line.count(_USER, service.end()) != 1:
        return None
    start = line.index(_USER, service.end()) + len(_USER)
    found = _LOGIN_TAIL.match(line, start)
    if found is None:
        return None
    text = line[service.end() : start]
    event = LOGIN.encode() if text.startswith(_LET_IN) or _KNOWN in text else b"guess"
    client = _CLIENT.search(line, start)
    told = (event, client[1] if client else b"", line[service.end() :])
    return _made(line, stamp, service[1], found.span(1), told)


def _made(
    line: bytes, stamp: bytes, service: bytes, span: tuple[int, int], told: tuple[bytes, bytes, bytes]
) -> LogEntry:
    """Return an entry about the user who stands at a place; ``told`` are event, client and message."""
    event, client, message = told
    user = line[slice(*span)]
    value = login(user)
    role = Role.RECIPIENT if service in _DELIVERIES else Role.LOGIN
    names = (Name(role, value, *span),) if value else ()
    kind = event or (b"delivery" if role is Role.RECIPIENT else b"session")
    return LogEntry(stamp, kind.decode(), names, b"", b"", (service, kind, user, client, message))
