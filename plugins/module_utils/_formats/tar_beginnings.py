# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each file of a tar archive begins, seen while the archive is written: so what is judged is what is handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

_BLOCK = 512
_SIZE, _TYPE, _MAGIC, _PREFIX = slice(124, 136), slice(156, 157), slice(257, 262), slice(345, 500)
_NAME = slice(0, 100)
_FILES = (b"0", b"\0")
_PLAIN_FILE = ord("0")
# the digits of the size, without what ends them
_DIGITS = 11
_FIRST = 2
_EXTENDED = b"x"
# of a header with names and the like
_LONGEST = 1 << 20


class TarBeginnings:
    """Takes an archive (ustar, pax) in pieces of any size. ``look`` is told of files the path and the first bytes.

    These are at most 512. Files whose first two bytes are not those of one of the ``beginnings`` are passed over. Where
    something comes that is no such archive, it looks no further.
    """

    def __init__(self, look: Callable[[bytes, bytes], None], beginnings: Iterable[bytes]) -> None:
        self._look = look
        self._firsts = frozenset(beginning[:_FIRST] for beginning in beginnings)
        self._held = bytearray()
        self._wanted = _BLOCK
        self._skip = 0
        self._path = b""
        self._take: Callable[[bytes], None] = self._header

    def feed(self, data: bytes | memoryview) -> None:
        """Take more of the archive."""
        at, end = 0, len(data)
        view = memoryview(data)
        while at < end:
            if not self._skip and not self._held and self._wanted == _BLOCK and self._take == self._header:
                at = self._pass_over(view, at, end)
                if at >= end:
                    self._skip = at - end
                    return
            if self._skip:
                step = min(self._skip, end - at)
                self._skip -= step
                at += step
                continue
            step = min(self._wanted - len(self._held), end - at)
            self._held += view[at : at + step]
            at += step
            if len(self._held) == self._wanted:
                held = bytes(self._held)
                self._held.clear()
                self._take(held)

    def _pass_over(self, view: memoryview, at: int, end: int) -> int:
        """Return where the first header stands that is not that of a plain file to be passed over, or beyond the end.

        A mailbox has a hundred thousand of them.
        """
        firsts = self._firsts
        while not self._path and end - at >= 2 * _BLOCK and view[at + _TYPE.start] == _PLAIN_FILE:
            if bytes(view[at + _MAGIC.start : at + _MAGIC.stop]) != b"ustar":
                break
            try:
                size = int(bytes(view[at + _SIZE.start : at + _SIZE.start + _DIGITS]), 8)
            except ValueError:
                break
            if size and bytes(view[at + _BLOCK : at + _BLOCK + _FIRST]) in firsts:
                break
            at += _BLOCK + size + -size % _BLOCK
        return at

    def _header(self, block: bytes) -> None:
        size = _number(block[_SIZE])
        if block[_MAGIC] != b"ustar" or size is None:
            # the end of the archive, or nothing that is known
            self._skip = 1 << 62
            return
        padded = size + -size % _BLOCK
        kind = block[_TYPE]
        if kind == _EXTENDED and 0 < padded <= _LONGEST:
            self._expect(self._extended, padded)
            return
        path, self._path = self._path or _path(block), b""
        if kind in _FILES and size:
            self._expect(lambda first: self._file(path, first[:size], padded - _BLOCK), _BLOCK)
        else:
            self._skip = padded

    def _extended(self, records: bytes) -> None:
        """Take records of the form ``<length> <key>=<value>`` (POSIX 1003.1-2001, pax)."""
        while records[:1].isdigit():
            length, _blank, _rest = records.partition(b" ")
            key, _equals, value = records[len(length) + 1 : int(length) - 1].partition(b"=")
            records = records[int(length) :]
            if key == b"path":
                self._path = value
        self._expect(self._header, _BLOCK)

    def _file(self, path: bytes, first: bytes, rest: int) -> None:
        if first[:_FIRST] in self._firsts:
            self._look(path, first)
        self._skip = rest
        self._expect(self._header, _BLOCK)

    def _expect(self, take: Callable[[bytes], None], wanted: int) -> None:
        self._take, self._wanted = take, wanted


def _path(block: bytes) -> bytes:
    prefix, name = (block[part].partition(b"\0")[0] for part in (_PREFIX, _NAME))
    return prefix + b"/" + name if prefix else name


def _number(text: bytes) -> int | None:
    if text[0] & 0x80:
        return int.from_bytes(text[1:], "big")
    digits = text.strip(b" \0")
    return int(digits, 8) if digits and all(48 <= digit < 56 for digit in digits) else None  # noqa: PLR2004 - 0 to 7
