# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of a Postfix: what waits in it (postqueue(1)), for whom, and the messages themselves (postcat(1))."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from .._core import process
from .._core.errors import Incomplete
from .pipe import reading

_ID = re.compile(r"[0-9A-Za-z]{5,40}")
_HEADING = re.compile(rb"\*\*\* ENVELOPE RECORDS \S*?([0-9A-Za-z]+) \*\*\*\n")
# The line on top of a message that somebody has handed in by sendmail(1), and the one that follows it: of whatever
# stands below, nobody knows the queue ID before the message has it.
_FROM_USER = re.compile(rb"Received: by \S+ \(.*, from userid ([0-9]+)\)\n\tid ([0-9A-Za-z]+); ")
_GONE = "No such file or directory"
_AT_ONCE = 200
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.2
_LINE = 1 << 27
_TOP = 1 << 10
_BLOCK = 1 << 16
_DAYS = {"s": 86400, "m": 1440, "h": 24, "d": 1}
_DAYS_OF_A_WEEK = 7


class Gone(Exception):
    """The message is no longer in the queue."""


@dataclass(slots=True)
class Recipient:
    """Who waits for a message, and the address that the message was sent to, before aliases."""

    address: str
    original: str


@dataclass(slots=True)
class Envelope:
    """The envelope of a message. ``login`` is who handed it in; ``client`` from which network address, if from any.

    ``forwarded`` says that a content filter, or an alias, has handed it in again, and tells of that client.
    """

    sender: str = ""
    arrival: str = ""
    login: str | None = None
    client: str | None = None
    forwarded: bool = False
    recipients: list[Recipient] = field(default_factory=list)

    def is_same(self, other: Envelope) -> bool:
        """Tell whether both are of one message: queue IDs may be used again."""
        return (self.sender, self.arrival, self.login) == (other.sender, other.arrival, other.login)


@dataclass(frozen=True, slots=True)
class Queued:
    """A message in the queue. ``arrival`` is in seconds since the epoch, ``size`` in bytes."""

    number: str
    queue: str
    arrival: float
    size: int
    reasons: dict[str, str]
    envelope: Envelope


class PostfixQueue:
    """The queue of the Postfix whose configuration is in a directory."""

    def __init__(self, configuration: str) -> None:
        self._configuration = configuration

    def __str__(self) -> str:
        return self._configuration

    def messages(self) -> Iterator[Queued]:
        """Yield what is in the queue. What leaves it meanwhile is left out."""
        with reading(["postqueue", "-c", self._configuration, "-j"]) as output:
            entries = (_entry(line) for line in iter(lambda: output.readline(_LINE), b""))
            while some := list(islice(entries, _AT_ONCE)):
                envelopes = self._envelopes([entry["queue_id"] for entry in some])
                for entry in some:
                    if entry["queue_id"] in envelopes:
                        yield _queued(entry, envelopes[entry["queue_id"]])

    @contextmanager
    def content(self, message: Queued) -> Iterator[IO[bytes]]:
        """Hold the text of a message open. Raises Gone in the end where that was not, or not for sure, this message."""
        try:
            with reading(["postcat", "-c", self._configuration, "-qhb", message.number]) as output:
                yield output
            after = self._envelope(message.number)
        except process.ProgramFailed as error:
            if _GONE in error.said:
                raise Gone from None
            raise
        if not message.envelope.is_same(after):
            raise Gone

    def user(self, message: Queued) -> int | None:
        """Return the number of the system user who has handed a message in by sendmail(1), if one has."""
        try:
            with reading(["postcat", "-c", self._configuration, "-qh", message.number]) as output:
                found = _FROM_USER.match(output.read(_TOP))
                while output.read(_BLOCK):
                    pass
        except process.ProgramFailed as error:
            if _GONE in error.said:
                return None
            raise
        return int(found[1]) if found is not None and found[2].decode() == message.number else None

    def days(self) -> int:
        """Return how long a message is tried at most."""
        done = process.run(["postconf", "-c", self._configuration, "-h", "maximal_queue_lifetime"])
        found = re.fullmatch(r"(\d+)([smhdw]?)", done.output.strip())
        if done.code != 0 or found is None:
            raise Incomplete(f"postconf: {done.said}", remedy="see to the configuration of Postfix")
        number, unit = int(found.group(1)), found.group(2) or "d"
        return number * _DAYS_OF_A_WEEK if unit == "w" else -(-number // _DAYS[unit])

    def _envelopes(self, numbers: Sequence[str]) -> dict[str, Envelope]:
        """Read the envelopes of some messages at once, or one by one where one has gone, or looks like several."""
        try:
            with reading(["postcat", "-c", self._configuration, "-qe", *numbers]) as output:
                found = _envelopes_in(output)
        except process.ProgramFailed:
            found = []
        if [number for number, _envelope in found] == list(numbers):
            return dict(found)
        one_by_one: dict[str, Envelope] = {}
        for number in numbers:
            envelope = self._patient_envelope(number)
            if envelope is not None:
                one_by_one[number] = envelope
        return one_by_one

    def _patient_envelope(self, number: str) -> Envelope | None:
        """Return the envelope of a message, None if it is gone. One that is just moving is found the next time."""
        for _attempt in range(_ATTEMPTS):
            try:
                return self._envelope(number)
            except process.ProgramFailed as error:
                if _GONE not in error.said:
                    raise
                time.sleep(_PAUSE_SECONDS)
        return None

    def _envelope(self, number: str) -> Envelope:
        with reading(["postcat", "-c", self._configuration, "-qe", number]) as output:
            lines = output.readlines()
        return _envelope(lines[1:])


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = json.loads(line)
        if _ID.fullmatch(entry["queue_id"]):
            return entry
    except (ValueError, LookupError, TypeError):
        pass
    raise Incomplete(f"postqueue -j: {line[:80]!r} is no message", remedy="report it")


def _queued(entry: dict[str, Any], envelope: Envelope) -> Queued:
    reasons = {str(one["address"]): str(one.get("delay_reason", "")) for one in entry["recipients"]}
    return Queued(
        entry["queue_id"],
        str(entry["queue_name"]),
        float(entry["arrival_time"]),
        int(entry["message_size"]),
        reasons,
        envelope,
    )


def _envelopes_in(output: IO[bytes]) -> list[tuple[str, Envelope]]:
    found: list[tuple[str, list[bytes]]] = []
    for line in output:
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            found.append((heading.group(1).decode(), []))
        elif found:
            found[-1][1].append(line)
    return [(number, _envelope(lines)) for number, lines in found]


def _envelope(lines: Sequence[bytes]) -> Envelope:
    """Read the lines that postcat -e prints; of what may stand there once only, the first counts."""
    envelope, original = Envelope(), ""
    once: dict[str, str] = {}
    for raw in lines:
        name, _colon, value = raw.decode("utf-8", "surrogateescape").rstrip("\n").partition(": ")
        value = value.strip(" ")
        if name == "named_attribute":
            attribute, _equals, value = value.partition("=")
            once.setdefault(attribute, value)
        elif name == "original_recipient":
            original = value
        elif name in ("recipient", "done_recipient"):
            if name == "recipient":
                envelope.recipients.append(Recipient(value, original or value))
            original = ""
        else:
            once.setdefault(f":{name}", value)
    envelope.sender = once.get(":sender", "")
    envelope.arrival = once.get(":message_arrival_time", "")
    envelope.login = once.get("sasl_username")
    # behind a content filter, the client that the filter tells of
    envelope.client = once.get("log_client_address", once.get("client_address"))
    envelope.forwarded = envelope.client != once.get("client_address")
    return envelope
