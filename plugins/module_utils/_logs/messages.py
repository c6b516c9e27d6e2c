# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages in the log of Postfix: which lines are of one message, and whose they are.

A sender is handed all lines of a message, a recipient their own ``to=`` line and those that name nobody else but the
sender. The sender is who has logged in, or whom the server takes at their word: ``from=`` alone can be anybody's
invention, and gets those lines that name nobody else.
"""

from __future__ import annotations

import ipaddress
from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .entry import Entry, Grant, Role, Verdict
from .postfix import COLUMNS, is_loopback, queue_id
from .times import Clock

# Of a message these name its sender at most.
_COMMON = frozenset({"client", "pickup", "id", "from", "expired", "removed", "notice"})
_STARTS = frozenset({"client", "login", "pickup"})
_MARKS = _STARTS | {"id", "removed"}
# Between the first recipient and the end of a message there is a time limit on each line; after that the one with the
# same short queue ID is another.
_LONGEST_START = 3600.0
_RECIPIENT, _STATUS = COLUMNS.index("recipient"), COLUMNS.index("status")
RECEIVED, SENT = "mail-received", "mail-sent"


@dataclass(slots=True)
class _Message:
    """A message under one queue ID, from one use of it to the next."""

    number: int
    start: float | None = None
    has_id: bool = False
    ended: bool = False
    local: bool = False
    trusted: bool = False
    counted: bool = False
    grants: tuple[Grant, ...] = ()
    # once all is known: who has sent it, who else is concerned, and the names of all
    shares: tuple[list[Grant], list[Grant], list[str]] | None = None
    # messages that this one is the continuation of, or the bounce of
    origins: tuple[_Message, ...] = ()
    bounces: bool = False


def _begins_another(message: _Message, entry: Entry, clock: Clock) -> bool:
    """Tell whether a line is the first one of another message, while the former has not ended as it should."""
    if entry.event in _STARTS:
        return True
    if entry.event != "id" or message.has_id or message.start is None:
        return entry.event == "id" and message.has_id
    when = clock.seconds(entry.stamp)
    return when is not None and when - message.start > _LONGEST_START


class Messages:
    """Who is handed which lines. ``names`` are the addresses asked for, and ``uid=N`` for system users.

    ``networks`` and ``users`` (numbers) are clients that the server lets send as whoever they say.
    """

    def __init__(self, names: Collection[str], networks: Iterable[str] = (), users: Iterable[int] = (0,)) -> None:
        self._names = names
        self._networks = [ipaddress.ip_network(network, strict=False) for network in networks]
        self._users = {b"uid=%d" % user for user in users}
        self._grants: dict[Grant, Grant] = {}
        self._current: dict[bytes, _Message] = {}
        self._by_id: dict[bytes, _Message] = {}
        self._messages: list[_Message] = []
        # of which message each line is, as it was learned
        self._lines = array("I")
        self._judged = 0
        self._lacking: set[bytes] = set()

    def key(self, entry: Entry) -> bytes:
        """Return the queue ID of a line that names somebody asked for."""
        return queue_id(entry.key) if entry.key and any(name.value in self._names for name in entry.names) else b""

    def learn(self, entry: Entry, clock: Clock) -> None:
        """Note whose message it is, and which ones are one and the same."""
        if not entry.key:
            return
        message = self._current.get(entry.key)
        if message is None or message.ended or (entry.event in _MARKS and _begins_another(message, entry, clock)):
            message = self._begin(entry.key)
        self._lines.append(message.number)
        if entry.event in _MARKS:
            self._mark(message, entry, clock)
        if entry.names and entry.event != "reject":
            self._note_names(message, entry)
        if entry.detail and entry.event in ("to", "notice"):
            self._note_link(message, entry)

    def lacking(self) -> Collection[bytes]:
        """Return queue IDs under which messages asked for went on, without naming somebody asked for."""
        return self._lacking

    def judge(self, entry: Entry, clock: Clock) -> Verdict:
        """Hand a line to the sender, and to others what is theirs of it."""
        if not entry.key:
            return Verdict(self._of_line(entry), ())
        message = self._messages[self._lines[self._judged]]
        self._judged += 1
        senders, others, concerned = message.shares = message.shares or _shares(message)
        if entry.event == "from" and not message.counted:
            message.counted = True
            if not message.origins:
                senders = [grant._replace(counted=SENT) for grant in senders]
        return Verdict((*senders, *(others if entry.event in _COMMON else self._of_line(entry))), concerned)

    def _begin(self, key: bytes) -> _Message:
        message = _Message(len(self._messages))
        self._messages.append(message)
        self._current[key] = self._by_id[queue_id(key)] = message
        return message

    def _mark(self, message: _Message, entry: Entry, clock: Clock) -> None:
        """Note how far a message has come."""
        if entry.event in _STARTS:
            message.start = clock.seconds(entry.stamp)
            self._note_client(message, entry)
        elif entry.event == "id":
            message.has_id = True
        else:
            message.ended = True

    def _of_line(self, entry: Entry) -> tuple[Grant, ...]:
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

    def _note_client(self, message: _Message, entry: Entry) -> None:
        client, _space, origin = entry.detail.partition(b" ")
        message.local = is_loopback(client)
        message.trusted = client in self._users or self._is_trusted(client)
        if origin and origin in self._by_id:
            message.origins += (self._by_id[origin],)

    def _is_trusted(self, client: bytes) -> bool:
        try:
            address = ipaddress.ip_address(client.decode("ascii"))
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    def _note_names(self, message: _Message, entry: Entry) -> None:
        for name in entry.names:
            if name.value in self._names:
                grant = Grant(name.value, name.role)
                if grant not in message.grants:
                    message.grants += (self._grants.setdefault(grant, grant),)

    def _note_link(self, message: _Message, entry: Entry) -> None:
        following = self._by_id.get(entry.detail)
        if following is None:
            if _senders(message, set()) or any(grant.role is not Role.RECIPIENT for grant in message.grants):
                self._lacking.add(entry.detail)
        elif entry.event == "notice":
            following.bounces = True
            following.origins += (message,)
        # that somebody says so makes nothing a continuation which has come from elsewhere
        elif following.local and message not in following.origins and following is not message:
            following.origins += (message,)


def _shares(message: _Message) -> tuple[list[Grant], list[Grant], list[str]]:
    """Return who has sent a message, who else is concerned by it, and the names of all of them."""
    grants = _with_origins(message)
    senders = [grant for grant in grants if grant.role is Role.SENDER]
    proved = {grant.name for grant in senders}
    return senders, [grant for grant in grants if grant.name not in proved], [grant.name for grant in grants]


def _with_origins(message: _Message) -> tuple[Grant, ...]:
    """Return who is concerned by a message: its senders are those of the messages that it continues."""
    own = message.grants
    if message.origins and not message.bounces:
        inherited = _senders(message, set())
        return (*inherited, *(grant for grant in own if grant not in inherited))
    if message.bounces:
        return (*_senders(message, set()), *own)
    return tuple(_proved(message, grant) for grant in own)


def _proved(message: _Message, grant: Grant) -> Grant:
    is_proof = message.trusted and grant.role is Role.NAMED_SENDER
    return grant._replace(role=Role.SENDER) if is_proof else grant


def _senders(message: _Message, seen: set[int]) -> tuple[Grant, ...]:
    """Return the senders of the messages that one comes from, through any number of steps."""
    if id(message) in seen:
        return ()
    seen.add(id(message))
    if message.origins:
        found = [grant for origin in message.origins for grant in _senders(origin, seen)]
        return tuple(dict.fromkeys(found))
    proved = (_proved(message, grant) for grant in message.grants)
    return tuple(grant for grant in proved if grant.role is Role.SENDER)
