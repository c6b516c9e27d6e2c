# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queued mail: messages of a customer that wait to be sent, and messages to a customer that wait to be delivered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._clients.postfix_queue import Gone, PostfixQueue, Queued, Recipient
from .._data_model.addresses import canonical, picked_addresses
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._formats.payload_names import PayloadNames
from ._base import Belongs, PayloadFile, Store, Unit
from ._trust import Trust, users_of

_CONFIGURATION = "/etc/postfix"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Share:
    """A message with what of its envelope a customer may know: each address and why it still waits."""

    message: Queued
    sent: bool
    recipients: Sequence[tuple[str, str]]


@dataclass(slots=True)
class _Asked:
    """A customer, the addresses that are asked for, the system users who may name them as the sender, and what was
    found of them in one queue.
    """

    selection: Selection
    addresses: frozenset[str]
    users: frozenset[int]
    shares: list[_Share] = field(default_factory=list)
    claimed: list[Queued] = field(default_factory=list)


class MailQueue(Store):
    """Place: ``instances``, the configuration directories of all Postfix instances of the host; ``trusted_networks``
    and ``trusted_users``, of whom alone the sender's address proves who has sent a message (Trust).

    The sender gets a message with its whole envelope. A recipient gets the message, which is what they will receive,
    and of the envelope no other recipient. Whoever is only named as the sender gets nothing.
    """

    kind = "mail_queue"
    groups = ("hosting_mail",)
    unit = Unit.MESSAGES
    belongs_to = Belongs.MAILBOX
    # a message that leaves it comes into a mailbox
    is_read_first = True
    payload = (
        PayloadFile("mail/queue/<queue id>.eml", "a message that waited (RFC 5322)", "any mail program"),
        PayloadFile("mail/queue/messages.json", "who waits for which, and why"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._queues = [PostfixQueue(path) for path in keys.paths("instances", [_CONFIGURATION])]
        self._trust = Trust(keys)
        keys.done()

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count messages."""
        for queue in self._queues:
            days = queue.days()
            for asked in _found(queue, selections, self._trust):
                tally = Tally(self.kind, asked.selection.customer, "", str(queue), days)
                for share in asked.shares:
                    tally.add(share.message.size, share.message.arrival)
                yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver each message as a file, and beside them a list of who waits for what, and why."""
        found = [(queue, asked) for queue in self._queues for asked in _found(queue, selections, self._trust)]
        for selection in selections:
            with parts[selection.customer].exporting(self.kind) as export:
                _export([(queue, asked) for queue, asked in found if asked.selection is selection], export)


def _found(queue: PostfixQueue, selections: Sequence[Selection], trust: Trust) -> list[_Asked]:
    """Return what a queue has of each customer: it is read once for all of them."""
    users = trust.users()
    everybody = [
        _Asked(selection, picked_addresses(selection), users | users_of(selection)) for selection in selections
    ]
    owners = {address: number for number, asked in enumerate(everybody) for address in asked.addresses}
    for message in queue.messages():
        named = (canonical(address) for address in _addresses(message))
        for number in sorted({owners[address] for address in named if address in owners}):
            asked = everybody[number]
            _sort_in(message, asked, is_sender=_is_sender(queue, message, asked, trust))
    return everybody


def _addresses(message: Queued) -> Iterator[str]:
    yield message.envelope.sender
    yield message.envelope.login or ""
    for recipient in message.envelope.recipients:
        yield recipient.address
        yield recipient.original


def _sort_in(message: Queued, asked: _Asked, *, is_sender: bool) -> None:
    everybody = [(recipient.address, _reason(message, recipient)) for recipient in message.envelope.recipients]
    own = list(_own(message, asked.addresses))
    if is_sender:
        asked.shares.append(_Share(message, True, everybody))
    elif own:
        asked.shares.append(_Share(message, False, own))
    elif canonical(message.envelope.sender) in asked.addresses:
        asked.claimed.append(message)


def _own(message: Queued, addresses: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a customer that a message waits for, and not whose alias or forwarding led there."""
    for recipient in message.envelope.recipients:
        own = [address for address in (recipient.address, recipient.original) if canonical(address) in addresses]
        if own:
            yield own[0], _reason(message, recipient)


def _reason(message: Queued, recipient: Recipient) -> str:
    return message.reasons.get(recipient.address, "")


def _is_sender(queue: PostfixQueue, message: Queued, asked: _Asked, trust: Trust) -> bool:
    """Tell whose login it was; without one, only those are believed who may send as anybody."""
    envelope = message.envelope
    if envelope.login is not None:
        return canonical(envelope.login) in asked.addresses
    if canonical(envelope.sender) not in asked.addresses or envelope.forwarded:
        return False
    if envelope.client is not None:
        return trust.has_client(envelope.client)
    return queue.user(message) in asked.users


def _export(found: Sequence[tuple[PostfixQueue, _Asked]], export: ItemExport) -> None:
    names = PayloadNames()
    names.make("messages.json")
    listed: list[dict[str, Any]] = []
    for queue, asked in found:
        for share in asked.shares:
            name = names.make(share.message.number, ".eml")
            if _export_message(queue, share.message, f"mail/queue/{name}", export):
                listed.append(_told(share, name))
        for message in asked.claimed:
            export.leave_out(message.number, Reason.SHARED)
    if listed:
        with export.file("mail/queue/messages.json") as out:
            out.write(json.dumps(listed, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _export_message(queue: PostfixQueue, message: Queued, path: str, export: ItemExport) -> bool:
    """Deliver a message; tell whether it was still there. One that moves within the queue is found the next time."""
    for _attempt in range(_ATTEMPTS):
        try:
            with export.file(path) as out, queue.content(message) as text:
                out.copy(text.fileno())
        except Gone:
            continue
        export.saw(message.arrival)
        return True
    export.leave_out(message.number, Reason.VANISHED)
    return False


def _told(share: _Share, name: str) -> dict[str, Any]:
    return {
        "file": name,
        "queue": share.message.queue,
        "arrived": int(share.message.arrival),
        "sent": share.sent,
        "sender": share.message.envelope.sender,
        "recipients": [{"address": address, "reason": reason} for address, reason in share.recipients],
    }
