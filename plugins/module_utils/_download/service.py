# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links to sealed bags: what is published, until when, and what was downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from .._bag.bags import Bags, bag_name
from .._core import names
from .._core.errors import HostingError, ItemRefused
from .._core.files import directory
from .._data_model.items import State
from .._engine.model import Actual, Change, Wanted
from .._formats.timestamps import shown_time
from .counting import count_downloads
from .links import DIGEST, Links, Note, digest_of, open_file, parse_time

# The log is kept for as long as this and the 30 days after it for which the program of the role keeps notes; a link of
# 60 days ends with the last of them.
_LONGEST = timedelta(days=61)

# How long the day is in a time as it is shown.
_DAY = len("2026-11-25")


class DownloadLinkService:
    """The links on this host, each called by its bag. Implements the engine's Service."""

    noun = "link"
    secret_fields: frozenset[str] = frozenset()

    def __init__(self, links: Links, bags: Bags) -> None:
        self._links = links
        self._bags = bags
        self._notes: list[Note] = []

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Find the links that lead to these bags."""
        self._notes = self._links.notes()
        found: dict[str, Actual] = {}
        for item in wanted:
            notes = self._valid(item)
            if notes:
                found[item.name] = self._actual(next((note for note in notes if _is(note, item)), notes[0]))
        return found

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse what is no bag that can be handed over, or not for so long."""
        if wanted.state is State.ABSENT:
            return None
        try:
            _require_time(str(wanted.fields["until"]))
            with self._opened(wanted):
                pass
        except HostingError as error:
            return error
        return None

    def apply(self, change: Change) -> None:
        """Let a bag have just the link that is wanted, or none."""
        now = datetime.now(UTC)
        for note in self._valid(change.wanted):
            if change.wanted.state is State.ABSENT or not _is(note, change.wanted):
                self._links.withdraw(note, now)
        if change.wanted.state is State.PRESENT:
            self._publish(change.wanted)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do: the web server looks for the file at each request."""
        return {}

    def _valid(self, item: Wanted) -> list[Note]:
        now = datetime.now(UTC)
        return [
            note for note in self._notes if (note.customer, note.bag) == (item.customer, item.name) and note.valid(now)
        ]

    def _actual(self, note: Note) -> Actual:
        there = self._links.holds(note, self._inode(note))
        fields = {"digest": note.digest, "until": note.until, "seal": note.seal if there else None}
        return Actual(note.bag, note.customer, State.PRESENT, fields)

    def _inode(self, note: Note) -> tuple[int, int] | None:
        """Return device and number of the file that the link has to lead to, None if there is none any more."""
        try:
            with directory(f"{self._bags.path}/{note.customer}/{note.bag}") as place:
                found = os.stat(note.file, dir_fd=place, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _publish(self, wanted: Wanted) -> None:
        with self._opened(wanted) as (place, file, seal):
            note = Note(
                digest=str(wanted.fields["digest"]),
                customer=wanted.customer,
                bag=wanted.name,
                seal=seal["seal"],
                file=seal["file"],
                bytes=os.fstat(file).st_size,
                sha256=self._known(seal) or digest_of(file),
                until=str(wanted.fields["until"]),
            )
            self._links.publish(note, place)

    def _known(self, seal: Mapping[str, Any]) -> str | None:
        """Return the SHA-256 of a file that was read for another link already."""
        same = (seal["customer"], seal["bag"], seal["seal"], seal["bytes"])
        return next(
            (note.sha256 for note in self._notes if (note.customer, note.bag, note.seal, note.bytes) == same), None
        )

    @contextmanager
    def _opened(self, wanted: Wanted) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
        """Hold the directory of a sealed bag and its file open, with what is noted of it. Raises ItemRefused."""
        seal = self._bags.seal(wanted.customer, wanted.name)
        if seal is None:
            raise ItemRefused(
                "there is no sealed bag of this name on this host", remedy="run the playbook export", code="no-bag"
            )
        with directory(f"{self._bags.path}/{wanted.customer}/{wanted.name}") as place:
            file = open_file(place, seal["file"])
            try:
                yield place, file, seal
            finally:
                os.close(file)


def wanted_link(item: Mapping[str, Any], bags: Bags) -> Wanted:
    """Return an item of the module's options. Raises ItemRefused."""
    customer, bag = names.require_customer(item["customer"]), item["name"]
    if bag != bag_name(customer, bag.removeprefix(f"{customer}-")):
        raise ItemRefused(f"{bag[:80]!r} is no bag of {customer}", remedy=f"allowed: {customer}-<name>")
    if item["state"] == State.ABSENT:
        return Wanted(bag, customer, State.ABSENT)
    if item["digest"] is None or DIGEST.fullmatch(item["digest"]) is None:
        raise ItemRefused(f"{bag}: the digest of the token is missing", remedy="allowed: 40 hexadecimal digits")
    seal = bags.seal(customer, bag)
    fields = {
        "digest": item["digest"],
        "until": item["until"],
        "seal": None if seal is None else str(seal["seal"]),
    }
    return Wanted(bag, customer, State.PRESENT, fields)


def links_and_downloads(links: Links, customers: Sequence[str], log: str) -> dict[str, Any]:
    """Return the links of these customers that are valid, those that were withdrawn, and all finished downloads.

    Raises Incomplete where the log can't be read.
    """
    now = datetime.now(UTC)
    notes = [note for note in links.notes() if note.customer in customers]
    valid = [note for note in notes if note.valid(now)]
    counted = count_downloads(log, {note.digest: note.bytes for note in notes})
    downloads: dict[str, list[dict[str, Any]]] = {customer: [] for customer in customers}
    for note in notes:
        downloads[note.customer] += _downloads(note, counted[note.digest])
    return {
        "links": [
            {"name": note.bag, "customer": note.customer, "digest": note.digest, "until": note.until} for note in valid
        ],
        "published": {
            note.bag: {
                "digest": note.digest,
                "seal": note.seal,
                "file": note.file,
                "bytes": note.bytes,
                "sha256": note.sha256,
            }
            for note in valid
        },
        "withdrawn": {customer: _withdrawn(notes, customer) for customer in customers},
        "downloads": {
            customer: sorted(found, key=lambda one: str(one["time"])) for customer, found in downloads.items()
        },
    }


def _withdrawn(notes: Sequence[Note], customer: str) -> list[dict[str, Any]]:
    """Return the withdrawn links of a customer as the evidence has them."""
    return [
        {"bag": note.bag, "link": note.digest, "time": note.ended}
        for note in notes
        if note.customer == customer and note.ended is not None
    ]


def _downloads(note: Note, ended: Sequence[int]) -> list[dict[str, Any]]:
    """Return the downloads by a link as the evidence has them: those of a day in one, however many there are.

    ``ended`` has when they ended, in milliseconds since the epoch, in order.
    """
    days = groupby(ended, key=lambda when: str(shown_time(when // 1000))[:_DAY])
    return [_downloads_of_day(note, list(found)) for _day, found in days]


def _downloads_of_day(note: Note, ended: Sequence[int]) -> dict[str, Any]:
    # in milliseconds, since two may end in one second
    second, rest = divmod(ended[-1], 1000)
    last = f"{str(shown_time(second)).removesuffix('Z')}.{rest:03d}Z"
    return {"bag": note.bag, "seal": note.seal, "time": last, "count": len(ended), "bytes": note.bytes}


def _is(note: Note, wanted: Wanted) -> bool:
    return note.digest == wanted.fields.get("digest")


def _require_time(until: str) -> None:
    now = datetime.now(UTC)
    try:
        good = now < parse_time(until) <= now + _LONGEST
    except ValueError:
        good = False
    if not good:
        raise ItemRefused(
            f"a link can't be valid until {until[:40]!r}",
            remedy=f"allowed: at most {_LONGEST.days} days from now, as 2026-12-02T10:37:00Z",
            code="invalid-time",
        )
