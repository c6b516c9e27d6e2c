# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Dovecot 2.3 and 2.4 in syslog: logins, sessions and deliveries. Each names its user by itself.

``TIME host dovecot: service(user)<pid><session>: text``, or ``... dovecot: service-login: text: user=<user>, ...``.
"""

from __future__ import annotations

import re
from typing import Final

from ..addresses import normal
from ..entry import LogEntry, Name, Role
from .syslog import HEAD, unrepeated

COLUMNS: Final = ("service", "event", "user", "client", "message")
_LOGIN_SERVICE = re.compile(rb"([a-z0-9]+-login): ")
_USER = b": user=<"
_LOGIN_TAIL = re.compile(rb"([^<>\"\s,]*)>(?:, |\Z)")
_CLIENT = re.compile(rb", rip=([0-9A-Fa-f.:]+)(?:, |\Z)")
_SESSION = re.compile(rb"([a-z0-9-]+)\(([^(),<>\s]+)\)(?:<[0-9]+>)?(?:<[^<>\s]*>)?: ")
_LEVEL = rb"(?:(?:Info|Error|Warning|Debug): )?"
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
_GUESSED = (b"auth_failed", b"auth failed", b"Aborted login", b"Login aborted")


def parse(line: bytes) -> LogEntry | None:
    """Return what a line says, None where it is not one of Dovecot's or names nobody."""
    return unrepeated(_parse, line)


def _parse(line: bytes) -> LogEntry | None:
    head = HEAD.match(line)
    if head is None or head[2] != b"dovecot":
        return None
    start = head.end()
    if found := _LOGIN_SERVICE.match(line, start):
        return _login(line, head[1], found)
    # its first argument is who logs in, so that it comes before sessions, which it looks like
    for pattern in (_AUTH, _AUTH_OF_USER):
        if found := pattern.match(line, start):
            return _made(line, head[1], b"auth", b"", found, 1, found[2] or b"")
    if found := _RECIPIENT.match(line, start) or _SESSION.match(line, start):
        return _made(line, head[1], found[1], b"", found, 2)
    return None


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of Dovecot's."""
    head = HEAD.match(line)
    return head is not None and head[2] == b"dovecot"


def _login(line: bytes, stamp: bytes, service: re.Match[bytes]) -> LogEntry | None:
    # a client may tell whatever it likes about itself, and Dovecot log it (imap_id_log)
    if line.count(_USER, service.end()) != 1:
        return None
    start = line.index(_USER, service.end()) + len(_USER)
    found = _LOGIN_TAIL.match(line, start)
    if found is None:
        return None
    event = b"guess" if any(word in line[service.end() : start] for word in _GUESSED) else b"login"
    client = _CLIENT.search(line, start)
    return _made(line, stamp, service[1], event, found, 1, client[1] if client else b"")


def _made(
    line: bytes, stamp: bytes, service: bytes, event: bytes, found: re.Match[bytes], group: int, client: bytes = b""
) -> LogEntry:
    value = normal(found[group])
    role = Role.RECIPIENT if service in _DELIVERIES else Role.LOGIN
    names = (Name(role, value, *found.span(group)),) if value else ()
    kind = event or (b"delivery" if role is Role.RECIPIENT else b"session")
    text = line[found.end() :] if not event else line[line.index(b": ", line.index(b"-login: ")) + 2 :]
    return LogEntry(stamp, kind.decode(), names, b"", b"", (service, kind, found[group], client, text))
