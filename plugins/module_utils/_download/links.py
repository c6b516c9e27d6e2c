# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where sealed bags are handed over on a host: what lies there for each link, and for how long.

::

    <directory>/                  root:www-data 0750, made by the role downloads
        <digest>.json             the note: whose bag, until when
        <digest>/<bag>.tar        a hard link to the sealed bag, root:www-data 0640

A link is known here by the digest of its token, which nobody can make a token of. The note is there before the file and
after it, so that the program of the role, which removes what has expired, knows of every file.
"""

from __future__ import annotations

import grp
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from .._core.errors import ItemRefused
from .._core.files import (
    Ownership,
    directory,
    ensure_directory,
    lstat,
    names_in,
    open_child_directory,
    read_regular,
    remove_tree,
    set_ownership,
    sweep_temporary,
    write_beside,
)

DIGEST = re.compile(r"[0-9a-f]{40}")
# What the virtual host hands out.
_FILE = re.compile(r"[a-z0-9-]+\.tar(?:\.[a-z]+)*")
_GROUP = "www-data"
_NOTE_LIMIT = 1 << 16
_SUFFIX = ".json"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted of a link. Times are ISO 8601 in UTC; ``ended`` is when it was withdrawn, if it was."""

    digest: str
    customer: str
    bag: str
    seal: str
    file: str
    bytes: int
    sha256: str
    until: str
    ended: str | None = None

    def valid(self, now: datetime) -> bool:
        """Tell whether the link leads to the bag."""
        return self.ended is None and parse_time(self.until) > now


class Links:
    """The links below one directory."""

    def __init__(self, path: str) -> None:
        self.path = path

    def notes(self) -> list[Note]:
        """Return what is noted of all links, of those that have ended as well.

        A damaged note is no note: the program of the role names it, and lets its link lead nowhere.
        """
        try:
            with directory(self.path) as place:
                names = sorted(name for name in names_in(place) if name.endswith(_SUFFIX))
                found = [self._note(place, name) for name in names if DIGEST.fullmatch(name.removesuffix(_SUFFIX))]
        except FileNotFoundError:
            # the role was not applied, so there are no links
            return []
        return [note for note in found if note is not None]

    def holds(self, note: Note, inode: tuple[int, int] | None) -> bool:
        """Tell whether the file of a link is there, and is the one that ``inode``, device and number, is of."""
        try:
            with directory(f"{self.path}/{note.digest}") as place:
                found = lstat(place, note.file)
        except FileNotFoundError:
            return False
        return found is not None and (found.st_dev, found.st_ino) == inode

    def publish(self, note: Note, bag: int) -> None:
        """Let a link lead to a file of the open directory of a bag."""
        group = grp.getgrnam(_GROUP).gr_gid
        with self._place() as place:
            sweep_temporary(place)
            write_beside(place, note.digest + _SUFFIX, _json(note), Ownership(os.geteuid(), os.getegid(), 0o600))
            ensure_directory(place, note.digest, Ownership(os.geteuid(), group, 0o750), shown=self._shown(note.digest))
            target = open_child_directory(place, note.digest, shown=self._shown(note.digest))
            try:
                _give(bag, note.file, Ownership(os.geteuid(), group, 0o640))
                if not _same(bag, target, note.file):
                    with suppress(FileNotFoundError):
                        os.unlink(note.file, dir_fd=target)
                    self._link(bag, note.file, target)
                os.fsync(target)
            finally:
                os.close(target)

    def withdraw(self, note: Note, now: datetime) -> None:
        """Let a link lead nowhere any more. Its note stays for as long as downloads are counted."""
        with self._place() as place:
            found = lstat(place, note.digest)
            if found is not None:
                target = open_child_directory(place, note.digest, shown=self._shown(note.digest))
                try:
                    with suppress(FileNotFoundError):
                        _give(target, note.file, Ownership(os.geteuid(), os.getegid(), 0o600))
                finally:
                    os.close(target)
                remove_tree(place, note.digest, shown=self._shown(note.digest))
            if note.valid(now):
                ended = Note(**{**asdict(note), "ended": shown(now)})
                write_beside(place, note.digest + _SUFFIX, _json(ended), Ownership(os.geteuid(), os.getegid(), 0o600))

    def _link(self, source: int, name: str, target: int) -> None:
        try:
            os.link(name, name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        except OSError as error:
            raise ItemRefused(
                f"{name}: can't be linked into {self.path}: {error.strerror}",
                remedy="set hosting_downloads_dir to a directory on the file system of hosting_bags_dir, run the"
                " playbook servers, then this again",
                code="not-linked",
            ) from error

    def _note(self, place: int, name: str) -> Note | None:
        content = read_regular(place, name, shown=self._shown(name), limit=_NOTE_LIMIT)
        try:
            note = Note(**json.loads(content or b""))
            for when in (note.until, note.ended or note.until):
                parse_time(when)
        except (ValueError, TypeError):
            return None
        return note

    @contextmanager
    def _place(self) -> Iterator[int]:
        try:
            with directory(self.path) as place:
                yield place
        except FileNotFoundError:
            raise ItemRefused(
                f"{self.path}: is not there, so bags can't be handed over from this host",
                remedy="apply the role downloads here: run the playbook servers",
                code="no-downloads",
            ) from None

    def _shown(self, name: str) -> str:
        return f"{self.path}/{name}"


def open_file(bag: int, name: str) -> int:
    """Open the file of a sealed bag in its open directory. Raises ItemRefused where it is none to hand over."""
    refusal = ItemRefused(
        "the bag is a directory, and a link leads to one file",
        remedy="seal it anew under another name: -e bag=<name>, without -e form=directory",
        code="not-a-file",
    )
    if _FILE.fullmatch(name) is None:
        raise refusal
    try:
        return os.open(name, _FLAGS, dir_fd=bag)
    except FileNotFoundError:
        raise refusal from None


def digest_of(descriptor: int) -> str:
    """Return the SHA-256 of an open file."""
    with os.fdopen(os.dup(descriptor), "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def parse_time(text: str) -> datetime:
    """Return a time from ISO 8601 in UTC. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def shown(when: datetime) -> str:
    """Return a time in ISO 8601 in UTC, to the second."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _same(one: int, other: int, name: str) -> bool:
    """Tell whether a name in two directories is the same file."""
    first, second = lstat(one, name), lstat(other, name)
    return first is not None and second is not None and os.path.samestat(first, second)


def _give(place: int, name: str, wanted: Ownership) -> None:
    descriptor = os.open(name, _FLAGS, dir_fd=place)
    try:
        set_ownership(descriptor, wanted)
    finally:
        os.close(descriptor)


def _json(note: Note) -> bytes:
    data: dict[str, Any] = asdict(note)
    return json.dumps(data, indent=1).encode() + b"\n"
