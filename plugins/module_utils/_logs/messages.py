# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages in the log of Postfix: which lines are of one message, and whose they are.

A sender is handed all lines of a message, a recipient their own ``to=`` line and those that name nobody else but the
sender. The sender is who has logged in, or whom the server takes at their word: ``from=`` alone can be anybody's
invention, and gets those lines that name nobody else. From where somebody has logged in is told to nobody else.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .addresses import Network, is_within
from .entry import UNCONCERNED, Concerned, Grant, LineVerdict, LogEntry, Role
from .formats.postfix import COLUMNS, REQUEUED, is_long, is_loopback, queue_id
from .times import Clock

# Of a message these name its sender at most.
_COMMON = frozenset({"client", "pickup", "id", "from", "expired", "removed", "requeued", "notice"})
_STARTS = frozenset({"client", "login", "pickup"})
_MARKS = _STARTS | {"id", "removed"}
# Between the first recipient and the end of a message there is a time limit on each line; after that the one with the
# same short queue ID is another.
_LONGEST_START = 3600.0
# A message may have several Message-IDs, which are told while it comes in.
_LONGEST_HEADER = 10.0
# These tell from where a message has come.
_OF_CLIENTS = frozenset({"client", "reject"})
_SENDER, _RECIPIENT, _STATUS = COLUMNS.index("sender"), COLUMNS.index("recipient"), COLUMNS.index("status")
# How many grants are looked through faster than a mapping.
_FEW = 8
RECEIVED, SENT = "mail-received", "mail-sent"


@dataclass(slots=True)
class _Message:
    """A message under one queue ID, from one use of it to the next."""

    number: int
    has_start: bool = False
    start: float | None = None
    identified: float | None = None
    has_id: bool = False
    is_queued: bool = False
    has_sender: bool = False
    ended: bool = False
    # what its client is: a program on this server, somebody who has logged in, one that tells of another client, or
    # one that may send as anybody
    local: bool = False
    login: bool = False
    forwarded: bool = False
    trusted: bool = False
    counted: bool = False
    # a mapping, to find them in, where they are many
    grants: tuple[Grant, ...] | dict[Grant, None] = ()
    # the message that this one is the continuation of, or the bounce of
    origin: _Message | None = None
    bounces: bool = False
    # once all is known
    lineage: _Lineage | None = None
    shares: _Shares | None = None


class _Lineage(NamedTuple):
    """The first of the messages that one comes from, and whether a client of theirs has logged in, or was forwarded."""

    first: _Message
    login: bool
    forwarded: bool


class _Shares(NamedTuple):
    """Who has sent a message, all who are in it, their names, and whether its client is the senders' business alone."""

    senders: tuple[Grant, ...]
    everybody: tuple[Grant, ...]
    concerned: Concerned
    private: bool


def _begins_another(message: _Message, entry: LogEntry, clock: Clock) -> bool:
    """Tell whether a line is the first one of another message, while the former has not ended as it should."""
    if entry.event != "id":
        return entry.event in _STARTS
    if message.has_id and (message.is_queued or is_long(queue_id(entry.key))):
        return message.is_queued
    before, longest = (message.identified, _LONGEST_HEADER) if message.has_id else (message.start, _LONGEST_START)
    when = clock.seconds(entry.stamp)
    if when is None or before is None:
        return message.has_id
    return when - before > longest


class Messages:
    """Who is handed which lines. ``names`` are the addresses asked for, and ``uid=N`` for system users.

    ``networks`` and ``users`` (numbers) are clients that the server lets send as whoever they say.
    """

    def __init__(self, names: Collection[str], networks: Iterable[Network] = (), users: Iterable[int] = (0,)) -> None:
        self._names = names
        self._networks = tuple(networks)
        self._users = {b"uid=%d" % user for user in users}
        self._grants: dict[Grant, Grant] = {}
        self._current: dict[bytes, _Message] = {}
        self._by_id: dict[bytes, _Message] = {}
        self._messages: list[_Message] = []
        # of which message each line is, as it was learned
        self._lines = array("I")
        self._judged = 0
        self._lacking: set[bytes] = set()

    def key(self, entry: LogEntry) -> bytes:
        """Return the queue ID of a line that names somebody asked for."""
        return queue_id(entry.key) if entry.key and any(name.value in self._names for name in entry.names) else b""

    def learn(self, entry: LogEntry, clock: Clock) -> None:
        """Note whose message it is, and which ones are one and the same."""
        if not entry.key:
            return
        message = self._current.get(entry.key)
        if message is None or message.ended or (entry.event in _MARKS and _begins_another(message, entry, clock)):
            message = self._begin(entry.key)
        self._lines.append(message.number)
        if entry.event in _MARKS:
            self._mark(message, entry, clock)
        elif entry.event in ("from", "to"):
            message.is_queued = True
            if entry.columns[_SENDER]:
                _note_sender(message)
        elif entry.event == "requeued" and _concerns(message):
            self._lacking.add(REQUEUED + queue_id(entry.key))
        if entry.names and entry.event != "reject":
            self._note_names(message, entry)
        if entry.detail and entry.event in ("to", "notice"):
            self._note_link(message, entry)

    def lacking(self) -> Collection[bytes]:
        """Return queue IDs under which messages asked for went on, without naming somebody asked for."""
        return self._lacking

    def link(self, entry: LogEntry) -> tuple[bytes, bytes] | None:
        """Return the queue IDs of a message and of the one that it went on as, or that bounced it."""
        if entry.key and entry.detail and entry.event in ("to", "notice"):
            return queue_id(entry.key), entry.detail
        before = entry.detail.partition(b" ")[2] if entry.event == "pickup" else b""
        return (before, queue_id(entry.key)) if before else None

    def judge(self, entry: LogEntry, clock: Clock) -> LineVerdict:
        """Hand a line to the sender, and to others what is theirs of it."""
        if not entry.key:
            return LineVerdict(self._of_line(entry), UNCONCERNED)
        message = self._messages[self._lines[self._judged]]
        self._judged += 1
        shares = message.shares = message.shares or _shares(message)
        if shares.private and entry.event in _OF_CLIENTS:
            return LineVerdict(shares.senders, shares.concerned)
        if entry.event not in _COMMON:
            return LineVerdict((*shares.senders, *self._of_line(entry)), shares.concerned)
        if entry.event != "from" or message.counted or message.origin is not None:
            return LineVerdict(shares.everybody, shares.concerned)
        message.counted = True
        sent = (grant._replace(counted=SENT) for grant in shares.senders)
        return LineVerdict((*sent, *shares.everybody[len(shares.senders) :]), shares.concerned)

    def _begin(self, key: bytes) -> _Message:
        message = _Message(len(self._messages))
        self._messages.append(message)
        self._current[key] = self._by_id[queue_id(key)] = message
        return message

    def _mark(self, message: _Message, entry: LogEntry, clock: Clock) -> None:
        """Note how far a message has come."""
        if entry.event in _STARTS:
            message.has_start, message.start = True, clock.seconds(entry.stamp)
            self._note_client(message, entry)
        elif entry.event == "id":
            message.has_id, message.identified = True, clock.seconds(entry.stamp)
        else:
            message.ended = True

    def _of_line(self, entry: LogEntry) -> tuple[Grant, ...]:
        """Return those whom a line is about by itself."""
        if not entry.names:
            return ()
        mine = [name for name in entry.names if name.value in self._names]
        if entry.detail and entry.event in ("login", "reject"):
            # who has logged in, and from where, is nobody else's business
            mine = [name for name in mine if name.role is Role.SENDER]
        elif entry.columns[_RECIPIENT]:
            # and who the recipient is, that of nobody who is only named as the sender
            mine = [name for name in mine if name.role is not Role.NAMED_SENDER]
        counted = RECEIVED if entry.columns[_STATUS] == b"sent" and not entry.detail else ""
        return tuple(Grant(name.value, name.role, counted if name.role is Role.RECIPIENT else "") for name in mine)

    def _note_client(self, message: _Message, entry: LogEntry) -> None:
        client, forwarded, origin = entry.detail.partition(b" ")
        message.local = is_loopback(client)
        message.login = entry.event == "login"
        message.forwarded = bool(forwarded)
        # whoever has logged in, or comes from elsewhere, may be another one than the sender that is named
        direct = not message.login and not message.forwarded
        message.trusted = direct and (
            client in self._users or is_within(client.decode("ascii", "replace"), self._networks)
        )
        if origin:
            message.origin = self._by_id.get(origin)
        if message.origin is not None and entry.event == "pickup" and _concerns(message.origin):
            self._lacking.add(queue_id(entry.key))

    def _note_names(self, message: _Message, entry: LogEntry) -> None:
        for name in entry.names:
            if name.value in self._names:
                grant = Grant(name.value, name.role)
                if grant not in message.grants:
                    _add(message, self._grants.setdefault(grant, grant))

    def _note_link(self, message: _Message, entry: LogEntry) -> None:
        following = self._by_id.get(entry.detail)
        if following is None:
            if _concerns(message):
                self._lacking.add(entry.detail)
        elif following.origin is None and following is not message and _may_follow(following, entry.event):
            following.origin = message
            following.bounces = entry.event == "notice"


def _add(message: _Message, grant: Grant) -> None:
    if isinstance(message.grants, dict):
        message.grants[grant] = None
    elif len(message.grants) < _FEW:
        message.grants += (grant,)
    else:
        message.grants = dict.fromkeys((*message.grants, grant))


def _concerns(message: _Message) -> bool:
    """Tell whether what becomes of a message is the business of somebody asked for: of a sender, not of a recipient."""
    if any(grant.role is not Role.RECIPIENT for grant in message.grants):
        return True
    return bool(_senders(_chain(message)[-1]))


def _note_sender(message: _Message) -> None:
    """Note that a message names its sender, which no bounce does."""
    message.has_sender = True
    if message.bounces:
        message.origin, message.bounces = None, False


def _may_follow(message: _Message, event: str) -> bool:
    """Tell whether a message can be what a line says: lines can be forged, and a server outside says what it likes.

    A bounce is made by this server, without a client. A continuation comes from a program on it.
    """
    if event == "notice":
        return message.has_id and not message.has_start and not message.has_sender
    return message.local


def _chain(message: _Message) -> list[_Message]:
    """Return a message and those that it comes from, through any number of steps, up to one that is known."""
    found = {id(message): message}
    while message.lineage is None and message.origin is not None and id(message.origin) not in found:
        message = message.origin
        found[id(message)] = message
    return list(found.values())


def _lineage(message: _Message) -> _Lineage:
    """Return what there is to know of those that a message comes from. Each is looked at once."""
    if message.lineage is None:
        chain = _chain(message)
        found = chain[-1].lineage or _Lineage(chain[-1], login=False, forwarded=False)
        for one in reversed(chain):
            found = _Lineage(found.first, found.login or one.login, found.forwarded or one.forwarded)
            one.lineage = found
        return found
    return message.lineage


def _senders(first: _Message) -> tuple[Grant, ...]:
    """Return the senders of a message that comes from no other one."""
    proved = (_proved(first, grant) for grant in first.grants)
    return tuple(grant for grant in proved if grant.role is Role.SENDER)


def _shares(message: _Message) -> _Shares:
    lineage = _lineage(message)
    senders = _senders(lineage.first)
    own = message.grants if message.origin is not None else (_proved(message, grant) for grant in message.grants)
    proved = {grant.name for grant in senders}
    others = tuple(grant for grant in own if grant.name not in proved)
    everybody = (*senders, *others)
    return _Shares(senders, everybody, Concerned(tuple(grant.name for grant in everybody)), _is_private(lineage))


def _is_private(lineage: _Lineage) -> bool:
    """Tell whether the client of a message is somebody who has logged in, or may be so for all that is known."""
    is_known = lineage.first.has_start and not lineage.first.forwarded
    return lineage.login or (lineage.forwarded and not is_known)


def _proved(message: _Message, grant: Grant) -> Grant:
    is_proof = message.trusted and grant.role is Role.NAMED_SENDER
    return grant._replace(role=Role.SENDER) if is_proof else grant
