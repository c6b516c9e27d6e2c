# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads as their log tells them: what counts as one, and that nothing in a log makes up another."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._download.counting import Downloads, count_downloads
from hypothesis import given
from hypothesis import strategies as st

LINK, OTHER = "a1" * 20, "b2" * 20
START, SIZE = 1795604537000, 1000


def _line(  # one parameter for each field of the log
    when: int,
    span: tuple[int, int] | None = None,
    *,
    link: str = LINK,
    method: str = "GET",
    connection: str = "+",
    sent: int | None = None,
    size: int = SIZE,
) -> str:
    """Return a line as the role has Apache write it: ``span`` is the first and the last byte of a part."""
    status, part = (200, "-") if span is None else (206, f"bytes {span[0]}-{span[1]}/{size}")
    length = size if span is None else span[1] - span[0] + 1
    return f"{START + when} {link} {method} {status} {connection} {length + 400 if sent is None else sent} {part}\n"


def _count(log: Path, *lines: str) -> list[int]:
    log.write_text("".join(lines), "utf-8")
    return [when - START for when in count_downloads(str(log), {LINK: SIZE})[LINK]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return where the log lies."""
    return tmp_path / "access.log"


def test_the_whole_file_is_a_download(log: Path) -> None:
    assert _count(log, _line(1), _line(2, (0, 999))) == [1, 2]


def test_a_resumed_one_is_one(log: Path) -> None:
    aborted = _line(1, connection="X", sent=700)
    assert _count(log, aborted) == []
    assert _count(log, aborted, _line(5, (612, 999))) == [5]


def test_what_was_begun_twice_and_resumed_is_one(log: Path) -> None:
    begun = _line(1, connection="X", sent=300), _line(2, (250, 999), connection="X", sent=400)
    assert _count(log, *begun, _line(3, (600, 999))) == [3]


def test_a_gap_is_no_download(log: Path) -> None:
    aborted = _line(1, connection="X", sent=300)
    assert _count(log, aborted, _line(2, (301, 999)), _line(3, (999, 999)), _line(4, (0, 0))) == []
    assert _count(log, aborted, _line(2, (301, 999)), _line(3, (300, 300))) == [3]


def test_pieces_in_any_order_are_one(log: Path) -> None:
    assert _count(log, _line(1, (500, 999)), _line(2, (0, 249)), _line(3, (250, 499))) == [3]


def test_pieces_start_over_after_the_end(log: Path) -> None:
    halves = [_line(1, (0, 499)), _line(2, (500, 999)), _line(3, (500, 999))]
    assert _count(log, *halves) == [2]
    assert _count(log, *halves, _line(4, (0, 499))) == [2, 4]


def test_somebody_who_is_halfway_does_not_lose_by_another(log: Path) -> None:
    assert _count(log, _line(1, (0, 499)), _line(2), _line(3, (500, 999))) == [2, 3]


@pytest.mark.parametrize(
    "line",
    [
        _line(1, method="HEAD"),
        _line(1, method="POST"),
        _line(1, link=OTHER),
        _line(1, link=LINK.upper()),
        _line(1, connection="X", sent=999),
        _line(1, (0, 999), size=2000),
        _line(1).replace(" 200 ", " 404 "),
        _line(1).replace(" 200 ", " 304 "),
        _line(1).rstrip("\n"),
        _line(1).replace("\n", " \n"),
        "x" + _line(1),
        "x" * 2000 + _line(1),
        "x" * 1024 + _line(1),
        f"{START} {LINK} GET 200 + 10 bytes 5-1/1000\n",
        f"{START} {LINK} GET 200 + {'9' * 400} -\n",
        f'"GET /{LINK} HTTP/1.1" {_line(1)}',
        "\n",
    ],
)
def test_what_is_no_download(log: Path, line: str) -> None:
    assert _count(log, line) == []
    # nor does it spoil the next
    assert _count(log, line.rstrip("\n") + "\n", _line(7)) in ([7], [1, 7])


@given(st.binary(max_size=400))
def test_no_line_crashes_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    log = tmp_path_factory.mktemp("log") / "access.log"
    log.write_bytes(content + b"\n" + _line(7).encode())
    assert count_downloads(str(log), {LINK: SIZE}) == {LINK: [START + 7]}


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=40))
def test_pieces_are_a_download_when_no_byte_is_missing(pieces: list[tuple[int, int]]) -> None:
    size = 50
    downloads, missing, finished = Downloads(size), set(range(size)), 0
    for begin, end in pieces:
        downloads.add(1, begin, end)
        if begin == 0 and end >= size:
            finished += 1
            continue
        missing -= set(range(begin, end))
        if not missing:
            finished, missing = finished + 1, set(range(size))
    assert len(downloads.finished) == finished


def test_memory_is_bounded() -> None:
    downloads = Downloads(1 << 40)
    for begin in range(0, 60000, 2):
        downloads.add(1, begin, begin + 1)
    assert len(downloads._pieces) <= 4096


def test_rotated_files_are_read_in_order(tmp_path: Path, log: Path) -> None:
    with gzip.open(tmp_path / "access.log-20261123.gz", "wt") as old:
        old.write(_line(1) + _line(2, connection="X", sent=100))
    (tmp_path / "access.log-20261124").write_text(_line(3, (100, 499)), "utf-8")
    # just being compressed
    (tmp_path / "access.log-20261124.gz").write_bytes(b"\x1f\x8b\x08")
    (tmp_path / "access.logs").write_text(_line(9), "utf-8")
    assert _count(log, _line(4, (500, 999))) == [1, 4]


def test_a_file_that_can_t_be_read_is_named(tmp_path: Path, log: Path) -> None:
    (tmp_path / "access.log-20261123.gz").write_bytes(gzip.compress(_line(1).encode() * 100)[:-20])
    with pytest.raises(Incomplete, match=r"access\.log-20261123\.gz"):
        _count(log, _line(2))


def test_without_a_log_there_are_none(tmp_path: Path) -> None:
    assert count_downloads(str(tmp_path / "nowhere" / "access.log"), {LINK: SIZE}) == {LINK: []}
    assert count_downloads(str(tmp_path / "access.log"), {LINK: SIZE}) == {LINK: []}
