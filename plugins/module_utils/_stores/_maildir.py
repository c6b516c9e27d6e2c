# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Maildir that is packed while mail arrives, is read, moved and removed in it, so that no message is lost.

Everything in it is watched before it is listed, so that at any time it is known where each message is. tar packs
what is listed by name. What was moved or renamed before its turn came is handed to tar again under its new name, until
a round comes in which nothing that is still there was missed. Then come the indexes, and after them what has come to
another folder since.

A message keeps the part of its name up to the colon when it is read or flagged (https://cr.yp.to/proto/maildir.html). A
server that moves it to another folder by copying, as Dovecot does, makes the copy before it removes the original: where
the original is missed, the copy is known already.
"""

from __future__ import annotations

import queue
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .._clients.dovecot_index import Indexes
from .._clients.find import Entry, Measured, entries, find
from .._clients.inotify import Watch
from .._clients.tar import Told, blocks, pack_listed
from .._clients.tree import Top
from .._core.errors import Incomplete
from .._data_model.item_export import Omissions, PayloadWriter, Reason
from ._looking import Encoding, Looking

_FOLDERS = frozenset({b"cur", b"new"})
_TEMPORARY = b"tmp"
_DIRECTORIES = ("-type", "d", "-printf", "%p\\0")
# What Dovecot makes anew, and its locks. All else stays: which message has which number and which labels. Labels beyond
# the 26 that a Maildir has letters for, and names of folders in the layout "index", stand in indexes alone.
_INDEX_PREFIXES = (b"dovecot.index.cache", b"dovecot.index.thread", b"dovecot.mailbox.log", b"maildirsize")
_LOCK_SUFFIXES = (b".lock", b".temp", b".tmp")
# Where Dovecot's own formats keep messages, and what lies in a Maildir beside them.
_DBOX = (b"/dbox-Mails/", b"/dovecot.map.index")
_KNOWN_PREFIXES = (b"dovecot", b".dovecot", b"subscriptions", b"courier", b"maildir")
_DELETED = b"T"
_INFO = b":2,"
_LABELS = re.compile(rb"[a-z]")
# How a message begins that the server has compressed or encrypted (doc.dovecot.org, plugins mail_compress, mail_crypt).
_ENCODINGS = (
    Encoding("gzip", b"\x1f\x8b", Reason.COMPRESSED),
    Encoding("bzip2", b"BZh", Reason.COMPRESSED),
    Encoding("xz", b"\xfd7zXZ\0", Reason.COMPRESSED),
    Encoding("zstd", b"\x28\xb5\x2f\xfd", Reason.COMPRESSED),
    Encoding("lz4", b"Dovecot-LZ4\r\x2a\x9b\xc5", Reason.COMPRESSED),
    Encoding("lz4", b"\x04\x22\x4d\x18", Reason.COMPRESSED),
    Encoding("mail_crypt", b"CRYPTED\x03\x07", Reason.ENCRYPTED),
)
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
    """List a Maildir with all its folders, in whatever layout. Raises Incomplete for what is no Maildir."""
    listing = Listing()
    is_maildir, is_other = False, False
    for entry in entries(top, listing.measured):
        if entry.kind == b"f" and is_message(entry.path):
            listing.messages.append(entry.path)
            listing.measured.saw(entry.when)
            listing.measured.add(entry)
            continue
        is_maildir = is_maildir or (entry.kind == b"d" and entry.path.rpartition(b"/")[2] in _FOLDERS)
        is_other = is_other or _is_of_other_format(entry)
        _sort(listing, entry)
        if entry.kind == b"f":
            if any(sign in entry.path for sign in _DBOX):
                raise _no_maildir(top)
            listing.measured.add(entry)
    if is_other and not is_maildir:
        raise _no_maildir(top)
    listing.measured.count = len(listing.messages)
    return listing


def _is_of_other_format(entry: Entry) -> bool:
    return entry.kind == b"f" and not entry.path.rpartition(b"/")[2].startswith(_KNOWN_PREFIXES)


def _no_maildir(top: Top) -> Incomplete:
    return Incomplete(
        f"{top.shown}: is no Maildir",
        remedy="convert it (doveadm sync), or correct hosting_stores.mail_messages.path",
        code="no-maildir",
    )


def _sort(listing: Listing, entry: Entry) -> None:
    """Put an entry that is no message where it belongs."""
    reason = _reason(entry.kind, entry.path)
    if reason is not None:
        listing.left_out[reason] += 1
    else:
        listing.others.append(entry.path)


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


def has_labels(path: bytes) -> bool:
    """Tell whether a message has labels, for each of which there is a letter."""
    return _LABELS.search(path.rpartition(b"/")[2].partition(_INFO)[2]) is not None


class _Key(NamedTuple):
    """What stays of a message's path while it is read and flagged."""

    folder: bytes
    stem: bytes


def _key(path: bytes) -> _Key:
    return _Key(folder_of(path), path[path.rfind(b"/") + 1 :].partition(b":")[0])


def _stems(keys: Iterable[_Key]) -> set[bytes]:
    return {key.stem for key in keys}


def _by_directory(paths: Iterable[bytes]) -> Iterable[tuple[bytes, list[bytes]]]:
    found: dict[bytes, list[bytes]] = {}
    for path in paths:
        found.setdefault(path.rpartition(b"/")[0], []).append(path)
    return found.items()


class _Places:
    """Where the messages are. ``came`` has what came after they were listed."""

    def __init__(self, paths: Iterable[bytes]) -> None:
        self.paths = set(paths)
        self.came: set[bytes] = set()
        self.numbers = Counter(map(_key, self.paths))

    def add(self, path: bytes) -> None:
        if path not in self.paths:
            self.paths.add(path)
            self.numbers[_key(path)] += 1
        self.came.add(path)

    def remove(self, path: bytes) -> None:
        if path in self.paths:
            self.paths.remove(path)
            self.numbers[_key(path)] -= 1
        self.came.discard(path)


class MaildirPacker:
    """Packs one Maildir. ``packed`` has the paths of the messages that are in the archive, ``encodings`` how many of
    them the server has compressed or encrypted, by which method. ``gone`` is how many messages were removed before
    their turn came, as far as none came in their place.
    """

    def __init__(self, top: Top) -> None:
        self._top = top
        self._directories: dict[int, bytes] = {}
        self._places = _Places(())
        self._first: set[bytes] = set()
        self._numbers: Counter[_Key] = Counter()
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # names, as of now, of what is packed
        self._known: set[bytes] = set()
        self.packed: set[bytes] = set()
        self.gone = 0
        self.encodings: Counter[Encoding] = Counter()
        self.listing = Listing()

    def pack(self, out: PayloadWriter) -> Told:
        """Write the archive. Raises Incomplete when something can't be read, or when the mailbox never rests."""
        looking = Looking(out, _ENCODINGS, is_message)
        self.encodings = looking.encodings
        with Watch() as watch:
            self._look(watch)
            self._first = _stems(self._places.numbers)
            measured = self.listing.measured
            return pack_listed(
                self._top,
                looking,
                self._rounds(watch),
                limit=measured.limit,
                packed=self._heard.put,
                closed=measured.closed,
                with_holes=measured.has_holes,
            )

    def _removed(self) -> int:
        packed = _stems(+self._numbers)
        # what is still there could not be read
        missing = self._first - packed - _stems(+self._places.numbers)
        return max(0, len(missing) - len(packed - self._first))

    def _look(self, watch: Watch) -> None:
        """Watch everything, then list it; once more where folders come and go meanwhile, or events are lost."""
        for _attempt in range(_LISTINGS):
            watch.overflowed = False
            for path in find(self._top, _DIRECTORIES, b"\0", Omissions()):
                self._watch(watch, path)
            self.listing = list_maildir(self._top)
            self._places = _Places(self.listing.messages)
            if self._follow(watch):
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
        renamed: dict[int, bytes] = {}
        for event in watch.events():
            path = self._directories[event.watch] + b"/" + event.name
            if event.is_directory:
                has_folder = True
            elif is_message(path) and event.came:
                self._places.add(path)
                if event.renamed:
                    self._renamed(renamed.pop(event.renamed, b""), path)
            elif is_message(path):
                self._places.remove(path)
                renamed[event.renamed] = path
        return not has_folder and not watch.overflowed

    def _renamed(self, before: bytes, now: bytes) -> None:
        """Know what is packed by its new name."""
        if before in self._known:
            self._known.remove(before)
            self._known.add(now)
            self._numbers[_key(before)] -= 1
            self._numbers[_key(now)] += 1

    def _pack(self, path: bytes) -> None:
        self.packed.add(path)
        self._known.add(path)
        self._numbers[_key(path)] += 1

    def _rounds(self, watch: Watch) -> Iterator[bytes]:
        """Yield the messages and everything else, each as often as it takes."""
        closed = self._closed()
        yield from self._messages(watch, [path for path in self._places.paths if path not in closed])
        self.gone = self._removed()
        indexes, done = Indexes(self._top), closed
        while others := [path for path in self.listing.others if path not in done]:
            for folder, paths in _by_directory(others):
                with indexes.held(folder):
                    yield from self._batch(paths)
            done.update(others)
            # Dovecot copies a message, writes into the index that the original goes, then removes it. An index that
            # was read in between makes every other Dovecot remove the original: its copy has to be there too.
            yield from self._messages(watch, self._missed(watch))

    def _messages(self, watch: Watch, wanted: list[bytes]) -> Iterator[bytes]:
        """Yield messages, then again and again those that were missed."""
        for _round in range(_ROUNDS):
            yield from self._batch(wanted)
            if self.packed.issuperset(wanted):
                return
            wanted = self._missed(watch)
        raise self._restless()

    def _closed(self) -> set[bytes]:
        """Return what root has packed already, and count its messages."""
        closed: set[bytes] = set()
        while not self._heard.empty():
            path = self._heard.get()
            closed.add(path)
            if path in self._places.paths:
                self._pack(path)
        return closed

    def _missed(self, watch: Watch) -> list[bytes]:
        """Return where the messages are now that are not in the archive."""
        candidates = self._places.came
        if not self._follow(watch):
            self._look(watch)
            candidates = self._places.paths
        packed, there = self._numbers, self._places.numbers
        return [path for path in candidates if path not in self.packed and packed[key := _key(path)] < there[key]]

    def _batch(self, paths: Iterable[bytes]) -> Iterator[bytes]:
        """Yield paths, then wait until tar has seen to them: it takes one after the other, and the top comes last."""
        yield from blocks(paths)
        yield from blocks([_TOP])
        while (path := self._heard.get(timeout=_SECONDS)) != _TOP:
            if not path:
                raise Incomplete(f"{self._top.shown}: tar broke off", remedy="run again; if it persists, report it")
            if is_message(path) and not path.endswith(b"/"):
                self._pack(path)

    def _restless(self) -> Incomplete:
        return Incomplete(
            f"{self._top.shown}: messages move faster than they can be read",
            remedy="see who is at work there, then run again",
            code="restless",
        )
