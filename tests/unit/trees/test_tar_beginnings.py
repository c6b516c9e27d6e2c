# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the files of an archive begin, seen in pieces of any size: against what Python's own reader finds in it."""

from __future__ import annotations

import io
import tarfile
from itertools import pairwise

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.tar_beginnings import TarBeginnings
from hypothesis import given, settings
from hypothesis import strategies as st

SIGNS = (b"BZh", b"CRYPTED\x03", b"\x1f\x8b")
# Python's reader takes a slash at the end of a name off, which no file has there
NAMES = st.one_of(
    st.text("abc/.:,é", min_size=1, max_size=12).map(lambda name: f"{name}x"),
    st.text("ab", min_size=90, max_size=300),
    st.just("a" * 90 + "/" + "b" * 90),
)
CONTENTS = st.one_of(
    st.binary(max_size=1500),
    st.builds(bytes.__add__, st.sampled_from(SIGNS), st.binary(max_size=1500)),
    st.sampled_from([b"B", b"BZ", b"Received: x", b"x" * 512, b"BZh" + b"x" * 509, b"BZh" + b"x" * 510]),
)
MEMBERS = st.lists(st.tuples(NAMES, CONTENTS, st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE])))


def packed(members: list[tuple[str, bytes, bytes]]) -> bytes:
    """Return an archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            info.linkname = "x" if kind == tarfile.SYMTYPE else ""
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def told(pieces: list[bytes]) -> list[tuple[str, bytes]]:
    """Return what is told of an archive that comes in these pieces."""
    found: list[tuple[str, bytes]] = []
    beginnings = TarBeginnings(lambda path, first: found.append((path.decode(), first)), SIGNS)
    for number, piece in enumerate(pieces):
        beginnings.feed(memoryview(piece) if number % 2 else piece)
    return found


@given(MEMBERS, st.lists(st.integers(1, 4000), min_size=1, max_size=30))
@settings(max_examples=200, deadline=None)
def test_files_that_begin_so_are_told_wherever_a_piece_ends(
    members: list[tuple[str, bytes, bytes]], sizes: list[int]
) -> None:
    archive = packed(members)
    with tarfile.open(fileobj=io.BytesIO(archive)) as read:
        expected = [
            (info.name, content[:512])
            for info, (_name, content, _kind) in zip(read.getmembers(), members, strict=True)
            if info.isreg() and content[:2] in {sign[:2] for sign in SIGNS}
        ]
    cuts = [0]
    while cuts[-1] < len(archive):
        cuts.append(cuts[-1] + sizes[len(cuts) % len(sizes)])
    assert told([archive[start:end] for start, end in pairwise(cuts)]) == expected
    assert told([archive]) == expected


@pytest.mark.parametrize("size", [511, 512, 100_000])
def test_what_is_no_archive_is_looked_at_no_further(size: int) -> None:
    assert told([b"\x1f\x8b" + b"x" * size, packed([("a", b"BZh", tarfile.REGTYPE)])]) == []
