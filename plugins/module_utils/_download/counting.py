# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of the downloads (role downloads): which downloads came to their end.

A line says when an answer ended (milliseconds since the epoch), by which link, the method, the status, how the
connection was (`X`: aborted), how many bytes were sent with all that is around them, and which part of the file it
was. Everything in it comes from the web server itself; a line is written only for a link that is good.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .._logs.files import open_log
from .._logs.search import matching

_LINE = re.compile(
    rb"(?P<when>[0-9]{10,15}) (?P<digest>[0-9a-f]{40}) GET (?:200|206) (?P<connection>[X+-]) (?P<sent>[0-9]{1,18})"
    rb" (?:-|bytes (?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})/(?P<size>[0-9]{1,18}))\n"
)
# More pieces with gaps between them are nobody's download.
_PIECES = 4096
_LONGEST = 1024


class Downloads:
    """The downloads of one file of ``size`` bytes, from the pieces of it that were sent.

    An answer with the whole file is a download. So are pieces that cover the file together, whoever asked for them:
    those of a download that was resumed, or of a program that fetches several at once. What was sent of an answer that
    was aborted counts as far as it got; that may be more than arrived, but then its reader asks for it again. The end
    of a download is that of the answer which completed it.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        # milliseconds since the epoch
        self.finished: list[int] = []
        # apart from one another, in order: first byte, and the one behind the last
        self._pieces: list[tuple[int, int]] = []

    def add(self, when: int, begin: int, end: int) -> None:
        """Count what was sent: the bytes from ``begin`` up to, without, ``end``."""
        end = min(end, self.size)
        if begin >= end:
            return
        if (begin, end) == (0, self.size):
            self.finished.append(when)
            return
        self._merge(begin, end)
        if self._pieces == [(0, self.size)]:
            self.finished.append(when)
            self._pieces.clear()

    def _merge(self, begin: int, end: int) -> None:
        # the first piece that ends at or behind the beginning, and the first that begins behind the end
        low = bisect_left(self._pieces, begin, key=lambda piece: piece[1])
        high = bisect_left(self._pieces, end + 1, key=lambda piece: piece[0])
        if low < high:
            begin = min(begin, self._pieces[low][0])
            end = max(end, self._pieces[high - 1][1])
        self._pieces[low:high] = [(begin, end)]
        if len(self._pieces) > _PIECES:
            self._pieces.clear()


def count_downloads(path: str, sizes: Mapping[str, int]) -> dict[str, list[int]]:
    """Return for each link, by its digest, when downloads ended, in milliseconds since the epoch, the first first.

    ``sizes`` has the links, and how many bytes their files have. Reads the log ``path`` and its rotated files. Raises
    Incomplete where one can't be read.
    """
    downloads = {digest.encode(): Downloads(size) for digest, size in sizes.items()}
    if downloads:
        for line in _lines(path):
            found = _LINE.fullmatch(line)
            if found is not None and found["digest"] in downloads:
                _count(downloads[found["digest"]], found)
    return {digest.decode(): sorted(set(found.finished)) for digest, found in downloads.items()}


def _count(downloads: Downloads, line: re.Match[bytes]) -> None:
    begin, end = 0, downloads.size
    if line["size"] is not None:
        if int(line["size"]) != downloads.size:
            return
        begin, end = int(line["first"]), int(line["last"]) + 1
    if line["connection"] == b"X":
        end = min(end, begin + int(line["sent"]))
    downloads.add(int(line["when"]), begin, end)


def _lines(path: str) -> Iterator[bytes]:
    if not Path(path).parent.is_dir():
        # the role was not applied, so there were no links
        return
    with open_log(path) as files:
        for file in files:
            with matching(file.descriptor, file.packing, f"{path}: {file.name}", None) as handle:
                yield from _bounded(iter(lambda: handle.readline(_LONGEST), b""))


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out what is longer than any line of ours: its beginning would fail to match, its rest might not."""
    whole = True
    for line in lines:
        if whole:
            yield line
        whole = line.endswith(b"\n")
