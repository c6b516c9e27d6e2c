# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prosody keeps on the disk (storage "internal", util/datamanager.lua), read without asking the server.

``DATA/<host>/<store>/<user>.dat`` has one value, ``.list`` a list of items. Values are literals of Lua, and are not
run. Prosody writes them at once and whole, but for an item that it is just adding to a list.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO

from .._core.errors import Incomplete, UnsafePath
from .._core.files import directory, lstat, names_in, open_child_directory, read_regular, unsafe
from .._formats.lua_data import Table, Value, read_item, read_returned

_ENCODED = re.compile(r"%([0-9a-f]{2})")
_PLAIN = re.compile(rb"[A-Za-z0-9]")
_PLAIN_STORE = re.compile(rb"[A-Za-z0-9_]")
_ITEM = b"item("
_VALUE_LIMIT = 128 << 20
_SUFFIXES = (".dat", ".list")
# Prosody's own name for one; all begin as https://www.sqlite.org/fileformat.html has it
_DATABASE, _SQLITE = "prosody.sqlite", b"SQLite format 3\0"
# Told of an item that can't be read.
Damaged = Callable[[], None]
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unreadable(Incomplete):
    """A value that breaks off, or is none: perhaps it is just being written."""


class ProsodyFiles:
    """The data directory of a Prosody. An account is named by its bare JID."""

    def __init__(self, path: str) -> None:
        self._path = path

    def exists(self) -> bool:
        """Tell whether the directory is there."""
        with suppress(FileNotFoundError), directory(self._path):
            return True
        return False

    def has_database(self, *, of_any_name: bool) -> bool:
        """Tell whether there is the file of a database (SQLite) beside the directories of the hosts."""
        with directory(self._path) as top:
            names = names_in(top)
            return _DATABASE in names or (of_any_name and any(_is_database(top, name) for name in names))

    def is_used(self) -> bool:
        """Tell whether anything was stored here: where there are directories of hosts, Prosody's own files soon are."""
        with directory(self._path) as top:
            hosts = [name for name in names_in(top) if _is(top, name, stat.S_ISDIR)]
        return not hosts or any(self._holds_any(host) for host in hosts)

    def linked(self, jid: str) -> list[str]:
        """Return the stores of an account's host in whose place there are links, which are not followed."""
        _user, host = _split(jid)
        with suppress(FileNotFoundError), self._opened(host) as place:
            return sorted(_decoded(name) for name in names_in(place) if _is(place, name, stat.S_ISLNK))
        return []

    def stores(self, jid: str) -> dict[str, list[os.stat_result]]:
        """Return the stores in which an account has data, with what is known of its files."""
        user, host = _split(jid)
        found: dict[str, list[os.stat_result]] = {}
        with suppress(FileNotFoundError), self._opened(host) as place:
            for name in sorted(names_in(place)):
                with suppress(FileNotFoundError, NotADirectoryError), self._child(place, name) as store:
                    files = [lstat(store, f"{user}.{extension}") for extension in ("dat", "list")]
                    if present := [file for file in files if file is not None]:
                        found[_decoded(name)] = present
        return found

    def value(self, jid: str, store: str) -> Value:
        """Return what a store has of an account, None if nothing."""
        user, host = _split(jid)
        with suppress(FileNotFoundError), self._opened(host, _encoded(store, _PLAIN_STORE)) as place:
            text = read_regular(place, f"{user}.dat", shown=self._shown(jid, store), limit=_VALUE_LIMIT)
            if text is not None:
                with self._reading(jid, store):
                    return read_returned(text)
        return None

    def items(self, jid: str, store: str, damaged: Damaged | None = None) -> Iterator[Table]:
        """Yield the items that a store has of an account, one at a time. Raises Unreadable for one that is none, unless
        ``damaged`` is there to be told of it.
        """
        user, host = _split(jid)
        with suppress(FileNotFoundError), self._opened(host, _encoded(store, _PLAIN_STORE)) as place:
            yield from self._list(place, f"{user}.list", self._shown(jid, store), damaged)

    def items_of_host(self, host: str, store: str, damaged: Damaged | None = None) -> Iterator[Table]:
        """Yield the items that a store has of a host as a whole, likewise."""
        with suppress(FileNotFoundError), self._opened(_encoded(host)) as place:
            yield from self._list(place, f"{_encoded(store, _PLAIN_STORE)}.list", f"{store} of {host}", damaged)

    @contextmanager
    def upload(self, host: str, slot: str) -> Iterator[int | None]:
        """Hold an uploaded file open; None where there is none. Raises UnsafePath where it is no file."""
        with ExitStack() as stack:
            descriptor = None
            with suppress(FileNotFoundError):
                place = stack.enter_context(self._opened(_encoded(host), "http_file_share"))
                descriptor = _opened_file(place, f"{_encoded(slot)}.bin", slot)
                stack.callback(os.close, descriptor)
            yield descriptor

    def _list(self, place: int, name: str, shown: str, damaged: Damaged | None) -> Iterator[Table]:
        try:
            descriptor = _opened_file(place, name, shown)
        except FileNotFoundError:
            return
        except UnsafePath:
            if damaged is None:
                raise
            damaged()
            return
        with os.fdopen(descriptor, "rb") as handle:
            for item in _items(handle):
                try:
                    table = _table(item, shown)
                except Unreadable:
                    if damaged is None:
                        raise
                    damaged()
                    continue
                yield table

    def _holds_any(self, host: str) -> bool:
        """Tell whether there is a value or a list of a host, or of one of its users."""
        with suppress(FileNotFoundError, NotADirectoryError), self._opened(host) as place:
            names = names_in(place)
            if any(name.endswith(_SUFFIXES) for name in names):
                return True
            for name in names:
                with suppress(FileNotFoundError, NotADirectoryError), self._child(place, name) as store:
                    if any(file.endswith(_SUFFIXES) for file in names_in(store)):
                        return True
        return False

    @contextmanager
    def _opened(self, *names: str) -> Iterator[int]:
        with ExitStack() as stack:
            current = stack.enter_context(directory(self._path))
            for name in names:
                current = stack.enter_context(self._child(current, name))
            yield current

    @contextmanager
    def _child(self, parent: int, name: str) -> Iterator[int]:
        found = lstat(parent, name)
        if found is not None and not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(name)
        child = open_child_directory(parent, name, shown=f"{self._path}: {name}")
        try:
            yield child
        finally:
            os.close(child)

    @contextmanager
    def _reading(self, jid: str, store: str) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise _unreadable(self._shown(jid, store), error) from None

    def _shown(self, jid: str, store: str) -> str:
        return f"{store} of {jid}"


def _items(handle: IO[bytes]) -> Iterator[bytes]:
    """Yield the texts of a list's items, one that has no end up to where it is too long for any."""
    item = b""
    for line in handle:
        # a string has no line ends of its own, so this is the beginning of an item and nothing else
        if line.startswith(_ITEM) and item.strip():
            yield item
            item = b""
        item += line[: _VALUE_LIMIT - len(item)]
    if item.strip():
        yield item


def _is_database(parent: int, name: str) -> bool:
    with suppress(FileNotFoundError, UnsafePath), os.fdopen(_opened_file(parent, name, name), "rb") as handle:
        return handle.read(len(_SQLITE)) == _SQLITE
    return False


def _is(parent: int, name: str, kind: Callable[[int], bool]) -> bool:
    found = lstat(parent, name)
    return found is not None and kind(found.st_mode)


def _table(text: bytes, shown: str) -> Table:
    try:
        value = read_item(text)
    except ValueError as error:
        raise _unreadable(shown, error) from None
    if not isinstance(value, dict):
        raise Unreadable(f"{shown}: an item that is no table", remedy="see to Prosody's data")
    return value


def _unreadable(shown: str, error: ValueError) -> Unreadable:
    return Unreadable(f"{shown}: {error}", remedy="run again; if it persists, see to Prosody's data")


def _opened_file(parent: int, name: str, shown: str) -> int:
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=parent)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unsafe(shown, "not a regular file") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise unsafe(shown, "not a regular file")
    return descriptor


def _split(jid: str) -> tuple[str, str]:
    local, _at, domain = jid.rpartition("@")
    return _encoded(local), _encoded(domain)


def _encoded(name: str, plain: re.Pattern[bytes] = _PLAIN) -> str:
    return "".join(
        chr(byte) if plain.fullmatch(bytes([byte])) else f"%{byte:02x}"
        for byte in name.encode("utf-8", "surrogateescape")
    )


def _decoded(name: str) -> str:
    raw = _ENCODED.sub(lambda found: chr(int(found.group(1), 16)), name).encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")
