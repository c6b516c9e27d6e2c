# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Maildir that is packed while mail arrives, is read, moved and removed in it, so that no message is lost.

Everything in it is watched before it is listed, so that at any time it is known where each message is. tar packs
what is listed by name. What was moved or renamed before its turn came is handed to tar again under its new name, until
a round comes in which nothing that is still there was missed.

A message keeps the part of its name up to the colon when it is read or flagged (https://cr.yp.to/proto/maildir.html). A
server that moves it to another folder under a new name, as Dovecot does, makes the new name before it removes the old
one: where the old one is missed, the new one is known already.
"""

from __future__ import annotations

import queue
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .._clients.find import Measured, find, taken
from .._clients.inotify import Watch
from .._clients.tar import Told, blocks, pack_listed
from .._clients.tree import Top
from .._core.errors import Incomplete
from .._data_model.item_export import PayloadWriter, Reason

_FOLDERS = frozenset({b"cur", b"new"})
_TEMPORARY = b"tmp"
_PRINTED = "%y %s %b %T@ %p\\0"
_DIRECTORIES = ("-type", "d")
# What Dovecot makes anew, and its locks. Which message has which number (dovecot-uidlist) and keyword stays.
_INDEX_PREFIXES = (b"dovecot.index", b"dovecot.list.index", b"dovecot.mailbox.log", b"maildirsize")
_LOCK_SUFFIXES = (b".lock", b".temp", b".tmp")
_DELETED = b"T"
_INFO = b":2,"
# A round after the first is short. Who needs more of them has a mailbox that never rests.
_ROUNDS = 200
_LISTINGS = 20
_SECONDS = 3600.0
_TOP = b"./"


@dataclass(slots=True)
class Listing:
    """Paths of messages, paths of all else that is handed over, and how much is not, and why."""

    messages: list[bytes] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)
    left_out: Counter[Reason] = field(default_factory=Counter)
    measured: Measured = field(default_factory=Measured)


def list_maildir(top: Top) -> Listing:
    """List a Maildir with all its folders, in whatever layout. What can't be read is told in ``measured.problem``."""
    listing = Listing()
    for entry in find(top, _PRINTED, listing.measured):
        kind, size, sectors, when, path = entry.split(b" ", 4)
        listing.measured.entries += 1
        if _sort(listing, kind, path):
            listing.measured.saw(float(when))
        if kind == b"f":
            listing.measured.bytes += taken(int(size), int(sectors))
    listing.measured.count = len(listing.messages)
    return listing


def _sort(listing: Listing, kind: bytes, path: bytes) -> bool:
    """Put an entry where it belongs. Return whether it is a message."""
    reason = _reason(kind, path)
    if reason is not None:
        listing.left_out[reason] += 1
        return False
    if kind != b"d" and is_message(path):
        listing.messages.append(path)
        return True
    listing.others.append(path)
    return False


def _reason(kind: bytes, path: bytes) -> Reason | None:
    """Return why something in a Maildir is not handed over, None if it is."""
    if kind in b"bcps":
        return Reason.SPECIAL
    if kind == b"d" or is_message(path):
        return None
    parent, _slash, name = path.rpartition(b"/")
    if parent.rpartition(b"/")[2] == _TEMPORARY or name.endswith(_LOCK_SUFFIXES):
        return Reason.TEMPORARY
    return Reason.INDEX if name.startswith(_INDEX_PREFIXES) else None


def is_message(path: bytes) -> bool:
    """Tell whether a file is a message, by where it lies."""
    parent = path.rpartition(b"/")[0]
    return parent.rpartition(b"/")[2] in _FOLDERS


def folder_of(path: bytes) -> bytes:
    """Return the directory of a message's folder, empty for the inbox."""
    return path.rsplit(b"/", 2)[0].removeprefix(b".").removeprefix(b"/")


def is_deleted(path: bytes) -> bool:
    """Tell whether a message is marked deleted, and only not expunged yet."""
    return _DELETED in path.rpartition(b"/")[2].partition(_INFO)[2]


def _stem(path: bytes) -> bytes:
    """Return the part of a message's name that stays."""
    return path[path.rfind(b"/") + 1 :].partition(b":")[0]


class _Places:
    """Where the messages are. ``came`` has what came after they were listed."""

    def __init__(self, paths: Iterable[bytes]) -> None:
        self.paths = set(paths)
        self.came: set[bytes] = set()
        self.numbers = Counter(map(_stem, self.paths))

    def add(self, path: bytes) -> None:
        if path not in self.paths:
            self.paths.add(path)
            self.numbers[_stem(path)] += 1
        self.came.add(path)

    def remove(self, path: bytes) -> None:
        if path in self.paths:
            self.paths.remove(path)
            self.numbers[_stem(path)] -= 1
        self.came.discard(path)


class MaildirPacker:
    """Packs one Maildir. ``packed`` has the paths of the messages that are in the archive."""

    def __init__(self, top: Top) -> None:
        self._top = top
        self._directories: dict[int, bytes] = {}
        self._places = _Places(())
        self._first: frozenset[bytes] = frozenset()
        self._numbers: Counter[bytes] = Counter()
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.packed: set[bytes] = set()
        self.listing = Listing()

    def pack(self, out: PayloadWriter) -> Told:
        """Write the archive. Raises Incomplete when something can't be read, or when the mailbox never rests."""
        with Watch() as watch:
            self._look(watch)
            self._first = frozenset(self._places.numbers)
            limit = self.listing.measured.limit
            return pack_listed(self._top, out, self._rounds(watch), limit=limit, packed=self._heard.put)

    @property
    def gone(self) -> int:
        """Return how many messages were removed before their turn came, as far as none came in their place."""
        came = len(self._numbers.keys() - self._first)
        return max(0, len(self._first - self._numbers.keys()) - came)

    def _look(self, watch: Watch) -> None:
        """Watch everything, then list it; once more where folders come and go meanwhile, or events are lost."""
        for _attempt in range(_LISTINGS):
            watch.overflowed = False
            for path in find(self._top, "%p\\0", Measured(), _DIRECTORIES):
                self._watch(watch, path)
            self.listing = list_maildir(self._top)
            self._places = _Places(self.listing.messages)
            if self._follow(watch):
                if self.listing.measured.problem is not None:
                    raise self.listing.measured.problem
                return
        raise self._restless()

    def _watch(self, watch: Watch, path: bytes) -> None:
        try:
            self._directories[watch.add(b"/proc/self/fd/%d/%s" % (self._top.directory, path))] = path
        except (FileNotFoundError, NotADirectoryError):
            # its parent is watched and tells where it went
            return

    def _follow(self, watch: Watch) -> bool:
        """Take in what has happened since. Return whether all is known: no folder came or went, no event was lost."""
        has_folder = False
        for event in watch.events():
            path = self._directories[event.watch] + b"/" + event.name
            if event.is_directory:
                has_folder = True
            elif is_message(path):
                (self._places.add if event.came else self._places.remove)(path)
        return not has_folder and not watch.overflowed

    def _rounds(self, watch: Watch) -> Iterator[bytes]:
        """Yield the messages, then again and again those that were missed, and at last everything else."""
        wanted = list(self._places.paths)
        for _round in range(_ROUNDS):
            yield from self._batch(wanted)
            if self.packed.issuperset(wanted):
                break
            wanted = self._missed(watch)
            if not wanted:
                break
        else:
            raise self._restless()
        yield from blocks(self.listing.others)

    def _missed(self, watch: Watch) -> list[bytes]:
        """Return where the messages are now that are not in the archive."""
        candidates = self._places.came
        if not self._follow(watch):
            self._look(watch)
            candidates = self._places.paths
        return [path for path in candidates if path not in self.packed and self._is_missing(_stem(path))]

    def _is_missing(self, stem: bytes) -> bool:
        return self._numbers[stem] < self._places.numbers[stem]

    def _batch(self, paths: Iterable[bytes]) -> Iterator[bytes]:
        """Yield paths, then wait until tar has seen to them: it takes one after the other, and the top comes last."""
        yield from blocks(paths)
        yield from blocks([_TOP])
        while (path := self._heard.get(timeout=_SECONDS)) != _TOP:
            if not path:
                raise Incomplete(f"{self._top.shown}: tar broke off", remedy="run again; if it persists, report it")
            self.packed.add(path)
            self._numbers[_stem(path)] += 1

    def _restless(self) -> Incomplete:
        return Incomplete(
            f"{self._top.shown}: messages move faster than they can be read",
            remedy="see who is at work there, then run again",
            code="restless",
        )
